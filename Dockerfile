# Written without a Docker engine at hand: read against the documentation, its build command tried outside a container,
# never built as an image. The first person who builds it is asked to delete this sentence.

FROM rust:1.95-trixie AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends libpq-dev pkg-config \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The system's libpq, which unlike the bundled one speaks TLS.
RUN cargo build --release --locked --no-default-features --features system-libpq

# The same Debian as above: libpq5 is the library that was linked.
FROM debian:trixie-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates libpq5 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin faisceau \
  && install -d -o faisceau -g faisceau -m 0700 /var/lib/faisceau /var/lib/faisceau/keys
COPY --from=build /src/target/release/faisceau /usr/local/bin/faisceau
COPY LICENSE-APACHE LICENSE-MIT /usr/share/doc/faisceau/
USER faisceau
WORKDIR /var/lib/faisceau
EXPOSE 8080
ENTRYPOINT ["faisceau"]
CMD ["serve"]
