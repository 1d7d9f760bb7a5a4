//! The mail of the whole world: a folder with a Maildir for every address, as a mail server would deliver into it.
//!
//! What the daemon sends lies in the Maildirs of those it writes to; what people write goes into ours.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::mail::{Address, Limits, Mail, parse};
use crate::outbox::Maildir;

pub struct Post {
    maildirs: Maildir,
    /// Mails that were looked at, by their path.
    read: BTreeSet<PathBuf>,
    delivered: u32,
}

/// A mail in somebody's Maildir.
pub struct Received {
    pub mail: Mail,
    pub raw: Vec<u8>,
    pub path: PathBuf,
    /// When it was written into the Maildir.
    pub at: DateTime<Utc>,
}

impl Received {
    /// What it is, as filters read it; customers' mails do not say.
    pub fn event(&self) -> Option<&str> {
        self.mail.header("X-Postamt-Event")
    }
}

impl Post {
    pub fn new(folder: PathBuf) -> Self {
        Self { maildirs: Maildir::new(folder), read: BTreeSet::new(), delivered: 0 }
    }

    /// Where the mail of an address lies.
    pub fn maildir(&self, address: &Address) -> PathBuf {
        self.maildirs.folder(address)
    }

    /// Delivers a mail with its envelope on top (RFC 5321 section 4.4); an empty sender is the null one. When it was done.
    pub fn deliver(
        &mut self,
        sender: &str,
        recipient: &Address,
        mail: &str,
    ) -> io::Result<DateTime<Utc>> {
        self.delivered += 1;
        let folder = self.maildir(recipient);
        let name = format!("{:04}.demo", self.delivered);
        let (tmp, new) = (folder.join("tmp").join(&name), folder.join("new").join(&name));
        let mut file = File::create_new(&tmp)?;
        write!(file, "Return-Path: <{sender}>\nDelivered-To: {recipient}\n{mail}")?;
        let at = file.metadata()?.modified()?;
        fs::rename(tmp, new)?;
        Ok(at.into())
    }

    /// The first mail of this address that was not taken yet and is wanted.
    pub fn take(
        &mut self,
        address: &Address,
        wanted: impl Fn(&Received) -> bool,
    ) -> io::Result<Option<Received>> {
        for received in self.unread(address)? {
            if wanted(&received) {
                self.read.insert(received.path.clone());
                return Ok(Some(received));
            }
        }
        Ok(None)
    }

    /// Those not taken yet.
    pub fn unread(&self, address: &Address) -> io::Result<Vec<Received>> {
        let unread = |path: &PathBuf| !self.read.contains(path);
        self.paths(address)?.into_iter().filter(unread).map(read).collect()
    }

    /// Everything they ever got.
    pub fn all(&self, address: &Address) -> io::Result<Vec<Received>> {
        self.paths(address)?.into_iter().map(read).collect()
    }

    /// In the order in which the mails were made; none where nobody ever wrote there.
    fn paths(&self, address: &Address) -> io::Result<Vec<PathBuf>> {
        let new = self.maildir(address).join("new");
        let entries = match fs::read_dir(&new) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let paths: io::Result<Vec<PathBuf>> =
            entries.map(|entry| entry.map(|entry| entry.path())).collect();
        let mut paths = paths?;
        paths.sort();
        Ok(paths)
    }
}

fn read(path: PathBuf) -> io::Result<Received> {
    let raw = fs::read(&path)?;
    let mail = parse(&raw, &Limits::default()).map_err(io::Error::other)?;
    let at = fs::metadata(&path)?.modified()?.into();
    Ok(Received { mail, raw, path, at })
}
