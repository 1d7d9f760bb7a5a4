//! GnuPG in a home of its own: keys and signatures as people's mail programs make them.
#![allow(dead_code, reason = "not every test program needs all of it")]

use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub struct Gpg {
    home: TempDir,
}

impl Gpg {
    pub fn new() -> Self {
        // A short path: the agent's socket lies in it.
        let home = tempfile::Builder::new().prefix("gpg").tempdir_in("/tmp").unwrap();
        Self { home }
    }

    /// A key that signs: `ed25519`, `rsa2048`. Its fingerprint.
    pub fn key(&self, user_id: &str, algorithm: &str) -> String {
        self.key_with(user_id, algorithm, "never", &[])
    }

    /// A key that was made or ends at another time.
    pub fn key_with(&self, user_id: &str, algorithm: &str, expires: &str, more: &[&str]) -> String {
        let words = ["--quick-gen-key", user_id, algorithm, "cert,sign", expires];
        self.run(&[more, &words].concat(), b"");
        self.fingerprint(user_id)
    }

    /// Adds a subkey that signs; the primary key signs, too, unless the fingerprint is followed by `!`.
    pub fn add_signing_subkey(&self, fingerprint: &str) -> String {
        self.run(&["--quick-add-key", fingerprint, "ed25519", "sign", "never"], b"");
        self.fingerprints(fingerprint).last().unwrap().clone()
    }

    pub fn revoke(&self, fingerprint: &str) {
        let file = self.home.path().join(format!("openpgp-revocs.d/{fingerprint}.rev"));
        let certificate = std::fs::read_to_string(file).unwrap().replace("\n:-----", "\n-----");
        self.run(&["--import"], certificate.as_bytes());
    }

    /// The public key, armoured.
    pub fn public(&self, fingerprint: &str) -> Vec<u8> {
        self.run(&["--armor", "--export", fingerprint], b"")
    }

    /// All public keys in one block.
    pub fn all_public(&self) -> Vec<u8> {
        self.run(&["--armor", "--export"], b"")
    }

    pub fn secret(&self, fingerprint: &str) -> Vec<u8> {
        self.run(&["--armor", "--export-secret-keys", fingerprint], b"")
    }

    /// A signature over these octets, armoured.
    pub fn signature(&self, by: &str, content: &[u8], more: &[&str]) -> String {
        let words = ["--armor", "--local-user", by, "--detach-sign"];
        String::from_utf8(self.run(&[more, &words].concat(), content)).unwrap()
    }

    pub fn clear_signed(&self, by: &str, text: &str, more: &[&str]) -> String {
        let words = ["--local-user", by, "--clear-sign"];
        String::from_utf8(self.run(&[more, &words].concat(), text.as_bytes())).unwrap()
    }

    /// The text inside of its signature, as a whole.
    pub fn wrapped(&self, by: &str, text: &str, more: &[&str]) -> String {
        let words = ["--armor", "--local-user", by, "--sign"];
        String::from_utf8(self.run(&[more, &words].concat(), text.as_bytes())).unwrap()
    }

    fn fingerprint(&self, user_id: &str) -> String {
        self.fingerprints(&format!("={user_id}")).first().unwrap().clone()
    }

    /// Of the primary key, then of its subkeys.
    fn fingerprints(&self, key: &str) -> Vec<String> {
        let listed = self.run(&["--with-colons", "--list-keys", key], b"");
        let listed = String::from_utf8(listed).unwrap();
        let lines = listed.lines().filter(|line| line.starts_with("fpr:"));
        lines.map(|line| line.split(':').nth(9).unwrap().to_owned()).collect()
    }

    fn run(&self, words: &[&str], input: &[u8]) -> Vec<u8> {
        let mut gpg = Command::new("gpg");
        gpg.arg("--homedir").arg(self.home.path());
        gpg.args(["--batch", "--yes", "--no-tty", "--quiet", "--trust-model", "always"]);
        gpg.args(["--pinentry-mode", "loopback", "--passphrase", ""]).args(words);
        gpg.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut gpg = gpg.spawn().expect("gpg is installed (package gnupg)");
        gpg.stdin.take().unwrap().write_all(input).unwrap();
        let output = gpg.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {words:?}: {said}");
        output.stdout
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        // Its agent would go on running.
        let home = self.home.path();
        drop(Command::new("gpgconf").arg("--homedir").arg(home).args(["--kill", "all"]).output());
    }
}

/// What a mail program signs: a MIME entity of one text.
pub fn entity(text: &str) -> String {
    format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}",
        text.replace('\n', "\r\n")
    )
}

/// OpenPGP/MIME (RFC 3156), from `Content-Type` on. `beside` stands as a part of its own before or behind the signed one.
pub fn multipart(entity: &str, signature: &str) -> String {
    let boundary = "=-signed-=";
    format!(
        "Content-Type: multipart/signed; micalg=pgp-sha512;\r\n protocol=\"application/pgp-signature\"; boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\n{entity}\r\n--{boundary}\r\n\
         Content-Type: application/pgp-signature; name=\"signature.asc\"\r\n\r\n{}\r\n--{boundary}--\r\n",
        signature.replace('\n', "\r\n")
    )
}
