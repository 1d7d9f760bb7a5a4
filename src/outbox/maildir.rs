//! Delivers into Maildirs, one per recipient: `PATH/<address>/new/`. For the demo, and for a machine whose mail stays on it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Handover, Outcome, line_ends, one_line};
use crate::mail::Address;

pub struct Maildir {
    root: PathBuf,
}

impl Maildir {
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Off the worker threads: it waits for the disk.
    pub(super) async fn hand_over(&self, mail: &Handover) -> Outcome {
        let (folder, mail) = (self.folder(&mail.recipient), mail.clone());
        match tokio::task::spawn_blocking(move || deliver(&folder, &mail)).await {
            Ok(Ok(())) => Outcome::Accepted,
            Ok(Err(error)) => Outcome::Unreachable {
                text: one_line(&format!("{}: {error}", self.root.display())),
            },
            Err(stopped) => Outcome::Temporary { text: one_line(&stopped.to_string()) },
        }
    }

    /// Where the mail of an address lies: its subaddress belongs to the same mailbox, and no address leads out of the root.
    #[must_use]
    pub fn folder(&self, recipient: &Address) -> PathBuf {
        let key = recipient.key();
        let (local, domain) = key.split_once('@').unwrap_or((&key, ""));
        let mailbox = match local.split_once('+') {
            Some((mailbox, _detail)) if !mailbox.is_empty() => mailbox,
            _ => local,
        };
        self.root.join(format!("{}@{domain}", mailbox.replace('/', "_")))
    }
}

/// Durable when it returns: the file's contents first, then its name.
fn deliver(folder: &Path, mail: &Handover) -> io::Result<()> {
    for sub in ["tmp", "new", "cur"] {
        fs::create_dir_all(folder.join(sub))?;
    }
    let name = file_name(mail);
    let (tmp, new) = (folder.join("tmp").join(&name), folder.join("new").join(&name));
    let mut file = fs::File::create(&tmp)?;
    file.write_all(&delivered(mail))?;
    file.sync_all()?;
    fs::rename(&tmp, &new)?;
    fs::File::open(folder.join("new"))?.sync_all()
}

/// The same for the same mail: a hand-over repeated after a crash is still one file.
fn file_name(mail: &Handover) -> String {
    let digest = Sha256::digest(&mail.message);
    let hash: String = digest.iter().take(8).map(|octet| format!("{octet:02x}")).collect();
    format!("{:010}.{hash}.postamt", mail.id)
}

/// With the envelope on top, as a delivering server writes it (RFC 5321 section 4.4).
fn delivered(mail: &Handover) -> Vec<u8> {
    let sender = mail.envelope_sender.as_ref().map_or("", Address::as_str);
    let envelope = format!("Return-Path: <{sender}>\nDelivered-To: {}\n", mail.recipient);
    [envelope.into_bytes(), line_ends::lf(&mail.message)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handover(recipient: &str) -> Handover {
        Handover {
            id: 7,
            envelope_sender: None,
            recipient: Address::parse(recipient).unwrap(),
            message: b"Subject: x\r\n\r\n.\r\n".to_vec().into(),
            secret: false,
        }
    }

    fn new_files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder.join("new")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[tokio::test]
    async fn a_mail_lies_in_new_with_its_envelope_on_top() {
        let root = tempfile::tempdir().unwrap();
        let maildir = Maildir::new(root.path().to_path_buf());
        let to_queue = handover("Antrag+abc@Example.org");
        let sent = Handover {
            envelope_sender: Address::parse("bounces+xyz@example.org"),
            ..to_queue.clone()
        };
        assert_eq!(maildir.hand_over(&sent).await, Outcome::Accepted);
        assert_eq!(maildir.hand_over(&sent).await, Outcome::Accepted, "again, after a crash");

        let files = new_files(&root.path().join("antrag@example.org"));
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(
            fs::read_to_string(&files[0]).unwrap(),
            "Return-Path: <bounces+xyz@example.org>\nDelivered-To: Antrag+abc@example.org\nSubject: x\n\n.\n"
        );
        assert!(delivered(&to_queue).starts_with(b"Return-Path: <>\n"));
    }

    #[test]
    fn no_address_leads_out_of_the_folder() {
        let maildir = Maildir::new("/srv/mail".into());
        for (address, folder) in [
            ("/etc/passwd@x.org", "/srv/mail/_etc_passwd@x.org"),
            ("a/b@x.org", "/srv/mail/a_b@x.org"),
            ("+a@x.org", "/srv/mail/+a@x.org"),
            ("JO@X.org", "/srv/mail/jo@x.org"),
        ] {
            assert_eq!(maildir.folder(&Address::parse(address).unwrap()), Path::new(folder));
        }
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_no_fault_of_the_mail() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let maildir = Maildir::new(file.path().to_path_buf());
        let outcome = maildir.hand_over(&handover("jo@example.net")).await;
        assert!(matches!(outcome, Outcome::Unreachable { .. }), "{outcome:?}");
    }
}
