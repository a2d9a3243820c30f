"""The database: snapshots to read, the one writer, prepared statements, the schema's version."""
