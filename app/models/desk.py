"""The curation desk: who is signed in."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, link


class DeskSession(Base):
    """Somebody signed in at the desk: a key exchanged for a cookie, of which the hash is kept."""

    __tablename__ = "desk_sessions"

    sha256: Mapped[str] = mapped_column(
        primary_key=True, comment="SHA-256 of the cookie, hexadecimal."
    )
    key_id: Mapped[int] = link("api_keys.id", "The key that it was exchanged for.")
    created_at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC.")
    expires_at: Mapped[str] = mapped_column(index=True, comment="Until when at most.")
