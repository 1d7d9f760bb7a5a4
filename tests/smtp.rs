//! Handing over by SMTP: against Postfix's own test server `smtp-sink`, and in written dialogues where a server must misbehave.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use postamt::mail::Address;
use postamt::outbox::{Handover, Outcome, Security, Smtp, SmtpSettings, Transport};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port,
        security: Security::Plain,
        user: None,
        password: None,
        ca_file: None,
        hello_name: Some("office.example.org".into()),
    }
}

fn transport(settings: SmtpSettings) -> Transport {
    Transport::Smtp(Smtp::new(settings).unwrap())
}

fn mail() -> Handover {
    Handover {
        id: 1,
        envelope_sender: Address::parse("bounces+abc@example.org"),
        recipient: Address::parse("jo@example.net").unwrap(),
        message: b"Subject: x\nMIME-Version: 1.0\n\nline\n.dot\n.\nend\n".to_vec().into(),
        secret: false,
    }
}

/// Postfix's `smtp-sink` on a free port, gone when dropped.
struct Sink {
    process: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Sink {
    async fn open(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = Command::new("smtp-sink");
        // As root it wants to be somebody else, who has to write the dump.
        if Command::new("id").arg("-u").output().unwrap().stdout == b"0\n" {
            let open = Command::new("chmod").arg("0777").arg(folder.path()).status().unwrap();
            assert!(open.success());
            command.args(["-u", "nobody"]);
        }
        command.arg("-d").arg(folder.path().join("mail.")).args(options);
        command.arg(format!("127.0.0.1:{port}")).arg("10").stdout(Stdio::null());
        let process = command.spawn().expect("smtp-sink, of the package postfix, is needed");
        wait_for(port).await;
        Self { process, port, folder }
    }

    async fn takes(options: &[&str], mail: &Handover) -> Outcome {
        let sink = Self::open(options).await;
        transport(settings(sink.port)).hand_over(mail).await
    }

    /// The mails as they arrived, envelope on top.
    fn mails(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

async fn wait_for(port: u16) {
    let up = async {
        while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), up).await.expect("smtp-sink does not answer");
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_stored() {
    let sink = Sink::open(&[]).await;
    let transport = transport(settings(sink.port));
    assert_eq!(transport.hand_over(&mail()).await, Outcome::Accepted);
    let automatic = Handover {
        envelope_sender: None,
        message: "Subject: x\r\n\r\nGrüße\r\n".as_bytes().to_vec().into(),
        ..mail()
    };
    assert_eq!(transport.hand_over(&automatic).await, Outcome::Accepted);

    let mut mails = sink.mails();
    mails.sort_by_key(|text| text.contains("Grüße"));
    let [first, second] = mails.as_slice() else { panic!("{mails:?}") };
    assert!(first.contains("X-Mail-Args: <bounces+abc@example.org>\n"), "{first}");
    assert!(first.contains("X-Rcpt-Args: <jo@example.net>\n"), "{first}");
    assert!(first.contains("X-Helo-Args: office.example.org\n"), "{first}");
    let stored = String::from_utf8(mail().message.to_vec()).unwrap();
    assert!(first.trim_end_matches('\n').ends_with(stored.trim_end()), "{first}");
    assert!(second.contains("X-Mail-Args: <> BODY=8BITMIME\n"), "{second}");
}

#[tokio::test]
async fn a_refusal_says_for_how_long() {
    let refused = Outcome::Refused {
        code: "550".into(),
        status: "5.1.1".into(),
        text: "5.1.1 no such user".into(),
    };
    let later = Outcome::Temporary { text: "451 4.7.1 greylisted".into() };
    for at in ["MAIL", "RCPT", "DATA", "."] {
        let hard = Sink::takes(&["-f", at, "-B", "550 5.1.1 no such user"], &mail()).await;
        assert_eq!(hard, refused, "{at}");
        let soft = Sink::takes(&["-r", at, "-b", "451 4.7.1 greylisted"], &mail()).await;
        assert_eq!(soft, later, "{at}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_within_a_mail_is_no_refusal() {
    for at in ["MAIL", "RCPT", "DATA", "."] {
        for how in ["-q", "-Q"] {
            let outcome = Sink::takes(&[how, at], &mail()).await;
            assert!(matches!(outcome, Outcome::Temporary { .. }), "{how} {at}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_talk_to_us_is_no_fault_of_the_mail() {
    for options in [["-f", "CONNECT"], ["-r", "CONNECT"], ["-q", "CONNECT"], ["-q", "EHLO"]] {
        let outcome = Sink::takes(&options, &mail()).await;
        assert!(matches!(outcome, Outcome::Unreachable { .. }), "{options:?}: {outcome:?}");
    }
    let port = free_port();
    let nobody = transport(settings(port)).hand_over(&mail()).await;
    let Outcome::Unreachable { text } = nobody else { panic!("{nobody:?}") };
    assert!(text.starts_with(&format!("127.0.0.1:{port}: ")), "{text}");

    // Neither encryption nor log-in is offered.
    let sink = Sink::open(&["-a"]).await;
    let encrypted = SmtpSettings { security: Security::StartTls, ..settings(sink.port) };
    let with_password = SmtpSettings {
        user: Some("onn".into()),
        password: Some("secret".to_owned().into()),
        ..settings(sink.port)
    };
    for settings in [encrypted, with_password] {
        let outcome = transport(settings).hand_over(&mail()).await;
        assert!(matches!(outcome, Outcome::Unreachable { .. }), "{outcome:?}");
    }
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn an_8_bit_mail_is_not_forced_on_a_7_bit_server() {
    let eight_bit = Handover { message: "Subject: ü\n\nx\n".as_bytes().to_vec().into(), ..mail() };
    let sink = Sink::open(&["-8"]).await;
    let smtp = transport(settings(sink.port));
    for connection in ["a new one", "the same"] {
        let outcome = smtp.hand_over(&eight_bit).await;
        let says_why = matches!(&outcome, Outcome::Temporary { text } if text.contains("8BITMIME"));
        assert!(says_why, "{connection}: {outcome:?}");
        assert_eq!(smtp.hand_over(&mail()).await, Outcome::Accepted, "{connection}");
    }
}

/// What a client says, by its beginning, and what it hears; an empty answer hangs up. `.` is a whole message.
type Script = &'static [(&'static str, &'static str)];

const HELLO: (&str, &str) = ("EHLO", "250-x\r\n250-AUTH PLAIN\r\n250 8BITMIME");
const MAIL: (&str, &str) = ("MAIL", "250 ok");
const RCPT: (&str, &str) = ("RCPT", "250 ok");
const DATA: (&str, &str) = ("DATA", "354 go on");
const SENT: (&str, &str) = (".", "250 queued");

/// Plays one script per connection, one after the other; gives the port and what becomes true when all were played to their end.
fn played(scripts: Vec<Script>) -> (u16, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let server = tokio::spawn(async move {
        for script in scripts {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            stream.write_all(b"220 x ESMTP\r\n").await.unwrap();
            play(&mut stream, script).await;
        }
    });
    (port, server)
}

async fn play(stream: &mut (impl AsyncBufReadExt + AsyncWrite + Unpin), script: Script) {
    for (said, answer) in script {
        let mut line = String::new();
        loop {
            line.clear();
            stream.read_line(&mut line).await.unwrap();
            let is_message_line = *said == "." && line != ".\r\n" && !line.is_empty();
            if !is_message_line {
                break;
            }
        }
        assert!(line.starts_with(said), "{said} was expected, not {line:?}");
        if answer.is_empty() {
            return;
        }
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_serves_many_mails_and_is_renewed_when_it_has_died() {
    const NOBODY: (&str, &str) = ("RCPT", "550 5.1.1 nobody");
    const RESET: (&str, &str) = ("RSET", "250 ok");
    let (port, server) = played(vec![
        &[HELLO, MAIL, RCPT, DATA, SENT, MAIL, NOBODY, RESET, MAIL, RCPT, DATA, SENT, ("MAIL", "")],
        &[HELLO, MAIL, RCPT, DATA, SENT, ("MAIL", "421 4.4.2 idle too long")],
        &[HELLO, MAIL, ("RCPT", "251 will forward"), DATA, SENT, ("QUIT", "221 bye")],
    ]);
    let smtp = transport(settings(port));
    for n in 0..5 {
        let outcome = smtp.hand_over(&mail()).await;
        let is_refused = matches!(&outcome, Outcome::Refused { status, .. } if status == "5.1.1");
        assert!(if n == 1 { is_refused } else { outcome == Outcome::Accepted }, "{n} {outcome:?}");
    }
    smtp.close().await;
    server.await.unwrap();
}

#[tokio::test]
async fn a_reply_to_something_else_is_no_acceptance() {
    // One reply too many: all that follow are one step late, and the last one read is "354".
    let (port, server) = played(vec![
        &[("EHLO", "250 x\r\n250 ok"), MAIL, RCPT, ("DATA", "554 5.7.1 never")],
        &[HELLO, MAIL, RCPT, DATA, SENT],
    ]);
    let smtp = transport(settings(port));
    let outcome = smtp.hand_over(&mail()).await;
    assert!(matches!(outcome, Outcome::Temporary { .. }), "{outcome:?}");
    assert_eq!(smtp.hand_over(&mail()).await, Outcome::Accepted, "on another connection");
    server.await.unwrap();
}

#[tokio::test]
async fn the_bounce_of_a_password_is_to_enclose_its_header_only() {
    const OFFERED: (&str, &str) = ("EHLO", "250-x\r\n250-8BITMIME\r\n250 DSN");
    const HEADERS: (&str, &str) = ("MAIL FROM:<bounces+abc@example.org> RET=HDRS\r\n", "250 ok");
    const WHOLE: (&str, &str) = ("MAIL FROM:<bounces+abc@example.org>\r\n", "250 ok");
    let (port, server) = played(vec![
        &[HELLO, OFFERED, HEADERS, RCPT, DATA, SENT, WHOLE, RCPT, DATA, ("", "")],
        &[HELLO, HELLO, WHOLE, RCPT, DATA, SENT],
        &[HELLO, ("EHLO", "503 5.5.1 once is enough"), WHOLE, RCPT, DATA, SENT],
    ]);
    let smtp = transport(settings(port));
    let secret = Handover { secret: true, ..mail() };
    assert_eq!(smtp.hand_over(&secret).await, Outcome::Accepted);
    // Any other mail comes back whole; here the connection breaks, and the next ones are new.
    assert!(matches!(smtp.hand_over(&mail()).await, Outcome::Temporary { .. }));
    for what in ["a server without DSN", "one that does not want to be asked"] {
        let smtp = transport(settings(port));
        assert_eq!(smtp.hand_over(&secret).await, Outcome::Accepted, "{what}");
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_refused_log_in_is_no_fault_of_the_mail() {
    let (port, server) = played(vec![&[HELLO, ("AUTH PLAIN", "535 5.7.8 no")]]);
    let settings = SmtpSettings {
        user: Some("onn".into()),
        password: Some("secret".to_owned().into()),
        ..settings(port)
    };
    let outcome = transport(settings).hand_over(&mail()).await;
    let Outcome::Unreachable { text } = outcome else { panic!("{outcome:?}") };
    assert!(text.contains("535") && !text.contains("secret"), "{text}");
    server.await.unwrap();
}

/// A certificate for 127.0.0.1 that nobody vouches for but itself.
fn certificate(folder: &Path) -> (PathBuf, Arc<rustls::ServerConfig>) {
    let (key, certificate) = (folder.join("key.pem"), folder.join("ca.pem"));
    let request =
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let names = ["-days", "2", "-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1"];
    let made = Command::new("openssl")
        .args(request)
        .args(names)
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl is needed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(&certificate).unwrap()],
            PrivateKeyDer::from_pem_file(&key).unwrap(),
        )
        .unwrap();
    (certificate, Arc::new(config))
}

/// Two connections: to one that trusts the certificate, a mail; to one that does not, nothing.
async fn encrypted(security: Security) {
    let folder = tempfile::tempdir().unwrap();
    let (ca_file, config) = certificate(folder.path());
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let acceptor = tokio_rustls::TlsAcceptor::from(config);
        for _ in 0..2 {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            if security == Security::StartTls {
                stream.write_all(b"220 x ESMTP\r\n").await.unwrap();
                let offer: Script = &[("EHLO", "250-x\r\n250 STARTTLS"), ("STARTTLS", "220 go on")];
                play(&mut stream, offer).await;
            }
            if let Ok(tls) = acceptor.accept(stream).await {
                serve_encrypted(tls, security).await;
            }
        }
    });
    let trusting = SmtpSettings {
        security,
        ca_file: Some(ca_file),
        user: Some("onn".into()),
        password: Some("secret".to_owned().into()),
        ..settings(port)
    };
    assert_eq!(transport(trusting).hand_over(&mail()).await, Outcome::Accepted);
    let distrustful = SmtpSettings { security, ..settings(port) };
    let outcome = transport(distrustful).hand_over(&mail()).await;
    assert!(matches!(outcome, Outcome::Unreachable { .. }), "{outcome:?}");
    server.await.unwrap();
}

async fn serve_encrypted(tls: impl AsyncRead + AsyncWrite + Unpin, security: Security) {
    let mut tls = BufReader::new(tls);
    if security == Security::Tls {
        tls.write_all(b"220 x ESMTP\r\n").await.unwrap();
        tls.flush().await.unwrap();
    }
    play(&mut tls, &[HELLO, ("AUTH PLAIN", "235 welcome"), MAIL, RCPT, DATA, SENT]).await;
}

#[tokio::test]
async fn tls_is_spoken_only_with_whom_the_named_authority_vouches_for() {
    encrypted(Security::Tls).await;
}

#[tokio::test]
async fn starttls_is_spoken_only_with_whom_the_named_authority_vouches_for() {
    encrypted(Security::StartTls).await;
}
