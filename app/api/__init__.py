"""What every address keeps to: problems, bodies, responses, paging, OpenAPI, middleware."""
