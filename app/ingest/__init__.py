"""What comes in from outside: seed files here, exports of citation databases to come."""
