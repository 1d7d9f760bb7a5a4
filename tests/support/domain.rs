//! A domain that signs its mail with the real OpenDKIM, and a DNS of its own on the loopback that says so.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::rig::{free_ports, run, set_mode, wait_for, write};

/// What the stories' agents sign with; OpenDKIM leaves the Message-ID out by itself.
pub const SIGNED: &str = "From,To,Cc,Subject,Date,Message-ID,In-Reply-To,References";

const SELECTOR: &str = "s1";

/// dnsmasq, as long as this is held. It knows only what it was told, and asks nobody.
pub struct Dns {
    /// For `resolver` in `[security]`.
    pub address: String,
    _lifeline: Child,
}

impl Dns {
    /// Name and text of each TXT record; there are no others.
    pub fn with(records: &[(String, String)]) -> Self {
        Self::start(records, &["--local=/#/"])
    }

    /// Keeps silent about one domain.
    pub fn silent_about(domain: &str, records: &[(String, String)]) -> Self {
        Self::start(records, &["--local=/#/", &format!("--server=/{domain}/127.0.0.1#9")])
    }

    /// Answers every question with a refusal, as one that is broken.
    pub fn that_refuses() -> Self {
        Self::start(&[], &[])
    }

    fn start(records: &[(String, String)], more: &[&str]) -> Self {
        available().unwrap();
        let [port] = free_ports().unwrap();
        // The shell ends the server when its standard input closes, however this process ends.
        let script = r#"dnsmasq "$@" & server=$!; read -r never_comes; kill "$server""#;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, "dns", "--keep-in-foreground", "--conf-file=/dev/null"]);
        command.args(["--no-hosts", "--no-resolv", "--user=root", "--pid-file="]).args(more);
        command.args(["--listen-address=127.0.0.1", "--bind-interfaces", "--log-facility=-"]);
        command.arg(format!("--port={port}"));
        for (name, text) in records {
            let parts: Vec<String> = text
                .as_bytes()
                .chunks(200)
                .map(|part| String::from_utf8_lossy(part).into_owned())
                .collect();
            command.arg(format!("--txt-record={name},{}", parts.join(",")));
        }
        let lifeline = command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for("dnsmasq to listen", || TcpStream::connect(("127.0.0.1", port)).ok());
        Self { address: format!("127.0.0.1:{port}"), _lifeline: lifeline }
    }
}

/// A domain with a key.
pub struct Signer {
    domain: String,
    folder: tempfile::TempDir,
}

/// How a mail is signed.
pub struct How<'a> {
    /// The names of the headers.
    pub headers: &'a str,
    /// Seconds since 1970; None: now.
    pub at: Option<i64>,
    /// Only the text that there is: more may follow.
    pub with_length: bool,
}

impl Default for How<'_> {
    fn default() -> Self {
        Self { headers: SIGNED, at: None, with_length: false }
    }
}

impl Signer {
    pub fn of(domain: &str) -> Self {
        available().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key.pem");
        let made = folder.path().join("openssl.output");
        run(Command::new("openssl").args(["genrsa", "-out"]).arg(&key).arg("2048"), &made).unwrap();
        set_mode(&key, 0o600).unwrap();
        Self { domain: domain.to_owned(), folder }
    }

    /// The record with the key (RFC 6376 section 3.6.2).
    pub fn record(&self) -> (String, String) {
        let output = Command::new("openssl")
            .args(["rsa", "-pubout", "-in"])
            .arg(self.folder.path().join("key.pem"))
            .output()
            .unwrap();
        let pem = String::from_utf8(output.stdout).unwrap();
        let key: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
        let name = format!("{SELECTOR}._domainkey.{}", self.domain);
        (name, format!("v=DKIM1; k=rsa; p={key}"))
    }

    /// The mail with the signature on top, as its server would send it.
    pub fn sign(&self, raw: &str) -> String {
        self.sign_so(raw, &How::default())
    }

    pub fn sign_so(&self, raw: &str, how: &How<'_>) -> String {
        let at = |name: &str| self.folder.path().join(name);
        let settings = format!(
            "RequireSafeKeys no\nMode s\nKeyTable refile:{}\nSigningTable refile:{}\n\
            Canonicalization relaxed/relaxed\nSignHeaders {}\n",
            at("keys").display(),
            at("senders").display(),
            how.headers,
        );
        let length = format!("BodyLengthDB refile:{}\n", at("lengths").display());
        let settings = if how.with_length { settings + &length } else { settings };
        // Whoever the mail says it is from: a server can sign what it likes.
        write(&at("senders"), "* the-key\n").unwrap();
        let key = at("key.pem").display().to_string();
        write(&at("keys"), &format!("the-key {}:{SELECTOR}:{key}\n", self.domain)).unwrap();
        write(&at("lengths"), "*\n").unwrap();
        write(&at("opendkim.conf"), &settings).unwrap();
        write(&at("mail.eml"), raw).unwrap();
        let mut command = Command::new("/usr/sbin/opendkim");
        command.arg("-x").arg(at("opendkim.conf")).arg("-t").arg(at("mail.eml")).arg("-vv");
        if let Some(seconds) = how.at {
            command.args(["-F", &seconds.to_string()]);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        let signature = said
            .split_once("hname='DKIM-Signature' hvalue='")
            .and_then(|(_, rest)| rest.split_once('\''))
            .unwrap_or_else(|| panic!("OpenDKIM has signed nothing: {said}\n{raw}"))
            .0;
        format!("DKIM-Signature: {}\r\n{raw}", signature.replace('\n', "\r\n"))
    }
}

/// The record with which a domain says what becomes of mail that is not its own.
pub fn dmarc(domain: &str, policy: &str) -> (String, String) {
    (format!("_dmarc.{domain}"), format!("v=DMARC1; p={policy}"))
}

/// Ok where the programs are there; else what is missing.
fn available() -> Result<(), String> {
    for (program, package) in
        [("/usr/sbin/opendkim", "opendkim"), ("/usr/sbin/dnsmasq", "dnsmasq-base")]
    {
        if !Path::new(program).exists() {
            return Err(format!("{program} is missing: install {package}"));
        }
    }
    fs::metadata("/usr/bin/openssl").map(drop).map_err(|error| format!("openssl: {error}"))
}
