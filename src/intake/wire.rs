//! The connection to an IMAP server: TCP, TLS from the start or later, and what a certificate must be.
//!
//! Counts what was heard, so that a slow server and a dead one can be told apart.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::IntakeError;

/// One of a host's addresses gets this long to answer; then the next is tried.
const CONNECT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Wire {
    stream: Stream,
    octets_heard: u64,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Wire {
    /// A plain TCP connection.
    pub async fn connect(host: &str, port: u16) -> Result<Self, IntakeError> {
        let unreachable =
            |cause| IntakeError::Unreachable { server: format!("{host}:{port}"), cause };
        let mut last = io::Error::other("the name has no address");
        for address in tokio::net::lookup_host((host, port)).await.map_err(unreachable)? {
            match Self::connect_to(address).await {
                Ok(wire) => return Ok(wire),
                Err(cause) => last = cause,
            }
        }
        Err(unreachable(last))
    }

    async fn connect_to(address: SocketAddr) -> io::Result<Self> {
        let stream = timeout(CONNECT, TcpStream::connect(address))
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer"))??;
        // A command goes out in several small writes; none of them may wait for the other side's acknowledgement.
        stream.set_nodelay(true)?;
        Ok(Self { stream: Stream::Plain(stream), octets_heard: 0 })
    }

    /// True where nobody but this machine can listen.
    pub fn stays_here(&self) -> bool {
        match &self.stream {
            Stream::Plain(tcp) => tcp.peer_addr().is_ok_and(|address| address.ip().is_loopback()),
            Stream::Tls(_) => false,
        }
    }

    /// The same connection under TLS. `host` must be a name the certificate is made for.
    pub async fn encrypt(
        self,
        host: &str,
        server: &str,
        ca_file: Option<&Path>,
    ) -> Result<Self, IntakeError> {
        let Stream::Plain(tcp) = self.stream else {
            return Ok(self);
        };
        let name = ServerName::try_from(host.to_owned()).map_err(|_| IntakeError::Tls {
            server: server.to_owned(),
            why: "the host is no name a certificate could have".into(),
        })?;
        let connector = TlsConnector::from(trust(ca_file.map(Path::to_owned)).await?);
        let stream = connector.connect(name, tcp).await.map_err(|cause| {
            let server = server.to_owned();
            match cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(error) => IntakeError::Tls { server, why: error.to_string() },
                None => IntakeError::Lost { server, why: cause.to_string() },
            }
        })?;
        Ok(Self { stream: Stream::Tls(Box::new(stream)), octets_heard: self.octets_heard })
    }

    pub fn octets_heard(&self) -> u64 {
        self.octets_heard
    }
}

/// The system's authorities and the private one.
async fn trust(ca_file: Option<PathBuf>) -> Result<Arc<ClientConfig>, IntakeError> {
    // Reading a few hundred files.
    tokio::task::spawn_blocking(move || {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = ca_file {
            add_private(&mut roots, &path)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| IntakeError::Tls {
                server: "any server".into(),
                why: error.to_string(),
            })?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    })
    .await
    .map_err(|error| IntakeError::Lost { server: "any server".into(), why: error.to_string() })?
}

fn add_private(roots: &mut rustls::RootCertStore, path: &Path) -> Result<(), IntakeError> {
    use rustls::pki_types::pem::Error as PemError;
    let unfit = |what| IntakeError::Unfit { path: path.to_owned(), what };
    let failed = |error| match error {
        PemError::Io(cause) => IntakeError::File { path: path.to_owned(), cause },
        _ => unfit("this is no certificate in PEM form"),
    };
    let mut found = false;
    for certificate in CertificateDer::pem_file_iter(path).map_err(failed)? {
        roots
            .add(certificate.map_err(failed)?)
            .map_err(|_| unfit("a certificate in it cannot be read"))?;
        found = true;
    }
    if found { Ok(()) } else { Err(unfit("there is no certificate in it")) }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let poll = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        let heard = buf.filled().len().saturating_sub(before);
        self.octets_heard = self.octets_heard.saturating_add(heard as u64);
        poll
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
