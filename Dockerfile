# docker build -t pgposture . && docker run --rm pgposture scan --demo
FROM node:22.23.3-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run --silent build && rm -rf dist/test dist/bench dist/scripts && npm prune --omit=dev --no-audit --no-fund

FROM node:22.23.3-bookworm-slim
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/package.json package.json
COPY --from=build /build/schemas schemas
COPY --from=build /build/dist dist
RUN ln -s /app/dist/cli/index.js /usr/local/bin/pgposture && chmod +x /app/dist/cli/index.js && mkdir /work && chown node /work
USER node
WORKDIR /work
ENTRYPOINT ["pgposture"]
CMD ["--help"]
