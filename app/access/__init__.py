"""Who may do what: keys, what each allows, and how often it may be used."""

from app.access.actor import Actor as Actor
from app.access.permissions import AdminDep as AdminDep
from app.access.permissions import ContributorDep as ContributorDep
from app.access.permissions import CuratorDep as CuratorDep
from app.access.permissions import ReaderDep as ReaderDep
