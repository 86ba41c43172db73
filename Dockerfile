# The server with its dashboard. Build it with `docker build -t praetor .`, start it with `docker compose up`.
FROM node:24-slim AS build
WORKDIR /praetor
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production PRAETOR_SERVER_HOST=0.0.0.0 PRAETOR_HOME=/data
# For backups of PostgreSQL: pg_dump must not be older than the server, and Debian's own is.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates postgresql-common \
  && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
  && apt-get install -y --no-install-recommends postgresql-client-17 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /praetor
COPY --from=build /praetor/package.json ./
COPY --from=build /praetor/node_modules ./node_modules
COPY --from=build /praetor/build ./build
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4200
HEALTHCHECK --interval=10s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:4200/api/ready').then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))"]
CMD ["node", "build/lib/cli/main.js", "server", "start"]
