//! `push` through TLS: to a server whose certificate it can trust, and to none else; a secret is not even shown to others.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use super::{desk, good};
use crate::support::World;

/// An authority of this test, and the file in which it is known.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(world: &World, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let file = world.database.folder().join(format!("{name}.pem"));
        std::fs::write(&file, params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), file }
    }

    /// A certificate for names until a year, with its key.
    fn certify(&self, name: &str, until: i32) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        (certificate, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

/// A proxy as stands before a deployment: TLS outside, the server behind.
struct Proxy {
    url: String,
    /// How many bytes of requests anybody told it.
    told: Arc<AtomicUsize>,
}

impl Proxy {
    fn before(url: &str, (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>)) -> Self {
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let (server, config) = (url.trim_start_matches("http://").to_owned(), Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let told = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&told);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, config, told) = (server.clone(), Arc::clone(&config), Arc::clone(&counter));
                std::thread::spawn(move || carry(client, &server, config, &told));
            }
        });
        Self { url, told }
    }
}

/// Carries one connection both ways until one of them ends.
fn carry(mut client: TcpStream, server: &str, config: Arc<ServerConfig>, told: &AtomicUsize) -> Option<()> {
    let mut behind = TcpStream::connect(server).ok()?;
    let mut tls = ServerConnection::new(config).ok()?;
    let soon = Some(Duration::from_millis(2));
    client.set_read_timeout(soon).ok()?;
    behind.set_read_timeout(soon).ok()?;
    let mut part = [0; 16 * 1024];
    loop {
        match Stream::new(&mut tls, &mut client).read(&mut part) {
            Ok(0) => return None,
            Ok(read) => {
                told.fetch_add(read, Ordering::SeqCst);
                behind.write_all(&part[..read]).ok()?;
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return None,
        }
        match behind.read(&mut part) {
            Ok(0) => {
                tls.send_close_notify();
                return tls.complete_io(&mut client).ok().map(drop);
            }
            Ok(read) => Stream::new(&mut tls, &mut client).write_all(&part[..read]).ok()?,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return None,
        }
    }
}

#[test]
fn a_file_is_pushed_through_tls_only_to_a_server_that_can_be_trusted() {
    let world = World::with_projects();
    let desk = desk(&world);
    let file = desk.file("statement.ndjson", &good());
    let (trusted, other) = (Authority::new(&world, "trusted"), Authority::new(&world, "other"));
    let push = |proxy: &Proxy, authority: &Authority| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faisceau"));
        command.arg("push").arg(&file).args(["--server", &proxy.url, "--programme", "TEST", "--project", "ALPHA"]);
        command.args(["--period", "2023-Q1", "--client", "partner-alpha"]);
        command.env("FAISCEAU_CLIENT_SECRET", &world.caller("partner-alpha").secret);
        command.env("SSL_CERT_FILE", &authority.file).env_remove("SSL_CERT_DIR");
        let Output { status, stdout, stderr } = command.output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        (status.code().unwrap(), said)
    };
    let good = Proxy::before(&world.url, trusted.certify("localhost", 2100));
    for (what, proxy, authority) in [
        ("an authority that this machine does not know", &good, &other),
        ("another name", &Proxy::before(&world.url, trusted.certify("faisceau.example.org", 2100)), &trusted),
        ("a certificate of long ago", &Proxy::before(&world.url, trusted.certify("localhost", 2021)), &trusted),
    ] {
        let (code, said) = push(proxy, authority);
        assert_eq!(code, 4, "{what}: {said}");
        assert!(said.contains("no trust in the server's certificate"), "{what}: {said}");
        assert_eq!(proxy.told.load(Ordering::SeqCst), 0, "{what}: nothing is told before there is trust");
        assert_eq!(desk.version_count(), 0, "{what}");
    }
    let (code, said) = push(&good, &trusted);
    assert_eq!((code, desk.version_count()), (0, 1), "{said}");
    assert!(good.told.load(Ordering::SeqCst) > 0);
}
