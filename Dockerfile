# Two stages: a static program, and Debian with nothing beside its Chromium to run it.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# What "mozybot version" says: the image is built without the Git checkout that would tell it.
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.version=$VERSION" -o /mozybot ./cmd/mozybot

FROM debian:bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates chromium tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /home/mozybot mozybot \
 && install -d -o mozybot -g mozybot -m 0700 /data
COPY --from=build /mozybot /usr/local/bin/mozybot
USER mozybot
# What must survive: the state file and, beside it, the evidence and the compiled PDF reader.
VOLUME /data
ENV STATE=/data/mozybot.db CACHE_DIR=/data/cache LOG_FORMAT=json
# Whatever watches this may restart the container, which mends a dead process only: for the rest there is "mozybot health".
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["mozybot", "health", "--live"]
# As the first process mozybot collects what a browser that dies leaves behind, and hands signals on. Another init would have
# its environment, and let every process of the user read it.
ENTRYPOINT ["mozybot"]
CMD ["serve"]
