"""Who may do what: keys, what each allows, and how often it may be used."""

from app.access.actor import Actor as Actor
from app.access.needs import AdminDep as AdminDep
from app.access.needs import ContributorDep as ContributorDep
from app.access.needs import CuratorDep as CuratorDep
from app.access.needs import ReaderDep as ReaderDep
