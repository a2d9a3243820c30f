FROM python:3.11-slim AS build
COPY requirements.lock /tmp/
RUN python -m venv /venv && \
    /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock && \
    printf '#!/bin/sh\nexec /venv/bin/python -P -m app "$@"\n' > /venv/bin/evidence && \
    chmod +x /venv/bin/evidence

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home evidence && \
    install --directory --owner evidence --group evidence /data
COPY --from=build /venv /venv
WORKDIR /srv/evidence
COPY pyproject.toml ./
COPY migrations migrations
COPY seed_data seed_data
COPY app app
# Nothing may be written here later, and the health check starts the program every half minute.
RUN /venv/bin/python -m compileall -q app migrations
# EVIDENCE_MIGRATE_ON_START=true lets serve bring the database up to date first.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/srv/evidence \
    PYTHONUNBUFFERED=1 \
    EVIDENCE_DATABASE_URL=sqlite:////data/evidence.db
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["evidence", "health"]
ENTRYPOINT ["evidence"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
