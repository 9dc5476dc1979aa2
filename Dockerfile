# postscope as an image: `postscope ship`, `postscope work`, `postscope setup`, and every command that asks the store.
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Not `npm ci`: it refuses a lock file that lacks prebuilt parts for another kind of machine (arm64).
RUN npm install --no-save --no-audit --no-fund
COPY . .
RUN node node_modules/typescript/bin/tsc -p deploy/tsconfig.json && npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/postscope
# Without package-lock.json: that is how bin/postscope.js tells a checkout, which it would build, from what is built already.
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/bin bin
COPY --from=build /build/dist dist
RUN ln -s /opt/postscope/bin/postscope.js /usr/local/bin/postscope \
  && chmod 755 bin/postscope.js && mkdir -m 1777 /var/lib/postscope
# Where the checkpoint is written. A volume that is mounted here takes its mode, so that any user may write.
ENV STATE_DIRECTORY=/var/lib/postscope
USER node
# As process 1: ship and work handle SIGTERM and SIGINT themselves, and start nothing that would have to be reaped by them.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/opt/postscope/bin/postscope.js"]
CMD ["--help"]
