//! What the program uses of the configuration: every setting, typed, checked, with its default. What the file says is read in `file`.
//!
//! Makes no decision about mail. Reading from text is pure (`Config::read`); only `Config::load`, `disk` and `secrets` touch files.

mod calendar;
mod disk;
mod file;
mod problem;
mod reader;
pub mod secrets;
pub mod suggest;
#[cfg(test)]
mod tests;
mod together;
mod url;
mod value;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::Datelike;
use chrono_tz::Tz;
use cron::Schedule;
use regex::Regex;

#[cfg(test)]
pub(crate) use file::settings;

pub use crate::desk::calendar::{Calendar, Hours};
pub use problem::{Place, Problem, Problems, Severity};
pub use secrets::{NamedFile, PasswordFile, Secret};
pub use url::{Server, Tls};

use crate::desk::calendar::Wait;
pub use crate::desk::people::Language;
pub use crate::desk::rules::{FormNames, QueueKind};
use crate::mail::timestamp::Span;
use crate::mail::{Address, Timestamp};

/// Characters of a token in an address; with its separator it must fit the 64 octets of a local part (RFC 5321 section 4.5.3.1.1).
pub const TOKEN_LENGTH: usize = 37;

/// The whole configuration. The daemon shares one behind an `Arc`, and exchanges it on SIGHUP.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from, as named on the command line.
    pub file: PathBuf,
    pub site: Site,
    pub store: Store,
    pub smtp: Transport,
    /// At least one; names are unique.
    pub mailboxes: Vec<Mailbox>,
    /// At least one; names and addresses are unique.
    pub queues: Vec<Queue>,
    pub calendar: Option<Calendar>,
    /// The first match wins.
    pub rules: Vec<Rule>,
    pub accounts: Accounts,
    pub security: Security,
    pub limits: Limits,
    /// What was understood and is probably not meant so.
    pub warnings: Vec<Problem>,
}

#[derive(Debug, Clone)]
pub struct Site {
    pub name: String,
    pub language: Language,
    pub zone: Tz,
    pub postmaster: Address,
    /// Never empty: the postmaster where none is named.
    pub admins: Vec<Address>,
    /// The word in the subject tag: `Ticket`.
    pub hook: String,
    /// The folder whose files override the built-in templates; it need not exist.
    pub templates: PathBuf,
    /// Address of the confirmation page, without a slash at its end.
    pub page: Option<String>,
    /// When the postmaster's digest comes; None: never.
    pub digest: Option<Schedule>,
    /// Those besides mailboxes and queues: [`Config::own_addresses`] has all.
    pub own_addresses: Vec<Address>,
}

#[derive(Debug, Clone)]
pub struct Store {
    pub path: PathBuf,
    /// Personal data of tickets closed for so long are erased; None: never.
    pub retention: Option<Span>,
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Transport {
    Smtp(Relay),
    Lmtp(Relay),
    /// A program that takes mail as sendmail does.
    Sendmail(PathBuf),
    Maildir(PathBuf),
}

#[derive(Debug, Clone)]
pub struct Relay {
    pub server: Server,
    pub login: Option<Login>,
    /// Certificates trusted besides the system's.
    pub ca_file: Option<NamedFile>,
}

#[derive(Debug, Clone)]
pub struct Login {
    pub user: String,
    pub password: PasswordFile,
}

#[derive(Debug, Clone)]
pub struct Mailbox {
    /// Its identity: another host or folder under the same name is the same mailbox.
    pub name: String,
    pub source: Source,
    pub role: Role,
    pub processed: Folder,
    /// The time between two looks beside IDLE.
    pub poll: Span,
    pub backlog: Backlog,
    /// Its Authentication-Results are our own server's.
    pub trust_results: bool,
    /// The line of its `url`: where to look when the server cannot be reached.
    pub place: Place,
}

/// Where a mailbox's mail comes from.
#[derive(Debug, Clone)]
pub enum Source {
    Imap(Box<Imap>),
    Maildir(PathBuf),
}

/// A mailbox's inbox on an IMAP server.
#[derive(Debug, Clone)]
pub struct Imap {
    pub server: Server,
    pub login: Login,
    /// Certificates trusted besides the system's.
    pub ca_file: Option<NamedFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// New tickets go into the queue of this name.
    Queue(String),
    /// Where bounces come in; empty `subaddress` where `address+TOKEN@` does not reach it.
    Bounces { address: Address, subaddress: String },
}

/// A folder's name with `{year}` and `{month}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder(String);

/// How old mail may be that is taken in on first contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backlog {
    All,
    Within(Span),
}

#[derive(Debug, Clone)]
pub struct Queue {
    pub name: String,
    pub kind: QueueKind,
    pub address: Address,
    /// What stands between the address and a token; empty where the mailbox takes none.
    pub subaddress: String,
    pub acknowledge: bool,
    pub release_after: Wait,
    pub escalate_after: Wait,
    pub confirm_within: Span,
    /// 0: a closed ticket stays closed.
    pub reopen_within: Span,
    /// 0: nobody is warned.
    pub warn_before: Wait,
    /// None: no digest.
    pub digest: Option<Schedule>,
    /// With `{agent}` and `{queue}`.
    pub sign_as: String,
    pub form_senders: Vec<Address>,
    pub join_open: bool,
    /// How long an agent's text waits; 0: not at all.
    pub hold: Span,
    pub form: FormNames,
}

/// What the admin wants done with some mail.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Compared without case.
    pub header: String,
    /// Found anywhere in the header's value, without case.
    pub pattern: Regex,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No ticket comes of it.
    Ignore,
    /// It is taken in as everything is, but into this queue, with this priority (1 to 5), as spam.
    Sort { queue: Option<String>, priority: Option<u8>, spam: bool },
}

#[derive(Debug, Clone)]
pub struct Accounts {
    pub provider: ProviderKind,
    /// Fits a whole login or nothing.
    pub login_pattern: Regex,
    /// In lower case.
    pub reserved: Vec<String>,
    /// Lines of the credentials letter, label and text, in the order of the file.
    pub letter: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    Builtin,
    PasswdFile,
    Command,
    Ldap,
}

#[derive(Debug, Clone)]
pub struct Security {
    /// Never empty.
    pub accept: Vec<Way>,
    /// In lower case; None: no Authentication-Results are believed.
    pub authserv_id: Option<String>,
    /// In lower case.
    pub trust_domains: Vec<String>,
    /// None: the system's.
    pub resolver: Option<Resolver>,
    pub token_valid: Span,
    pub agents_need_account: bool,
    /// Name and value of the header with which the own mail server marks spam.
    pub spam_header: Option<(String, String)>,
    /// All the ways that a command asks for, by its name in lower case without `#`; whether there is such a command is for the caller to say.
    pub needs: BTreeMap<String, Vec<Way>>,
}

/// How a sender can be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    Token,
    Authres,
    Dkim,
    Openpgp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolver(pub SocketAddr);

/// 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub size_octets: u64,
    pub attachment_octets: u64,
    pub parts: u32,
    pub depth: u32,
    pub automatic_per_hour: u32,
    pub automatic_per_day: u32,
    pub automatic_per_ticket: u32,
    pub new_per_sender: u32,
    pub new_per_domain: u32,
    pub new_total: u32,
    pub follow_ups_per_ticket: u32,
    pub notifications_per_hour: u32,
}

impl Config {
    /// Reads the file and checks all that it says; the files that it names are checked by [`Config::check_files`].
    ///
    /// # Errors
    /// Everything that is wrong, each with its line.
    pub fn load(file: &Path) -> Result<Self, Problems> {
        let text = disk::read(file)?;
        // Relative paths begin at the file's folder, wherever the program was started and goes later.
        let folder = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        Self::read(&text, file, folder.parent().unwrap_or(Path::new("/")))
    }

    /// The same from text: pure. Relative paths are resolved against `folder`; `file` is for messages.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn read(text: &str, file: &Path, folder: &Path) -> Result<Self, Problems> {
        file::read(text, file, folder)
    }

    /// What is wrong with the files and folders that it names, as far as one can see without a network.
    #[must_use]
    pub fn check_files(&self) -> Vec<Problem> {
        disk::check(self)
    }

    /// By name, without case.
    #[must_use]
    pub fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name.eq_ignore_ascii_case(name))
    }

    /// The queue that mail to this address is for, with or without a subaddress.
    #[must_use]
    pub fn queue_by_address(&self, address: &Address) -> Option<&Queue> {
        self.queues.iter().find(|queue| reaches(address, &queue.address, &queue.subaddress))
    }

    #[must_use]
    pub fn mailbox(&self, name: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == name)
    }

    /// Address and separator of the first bounces mailbox.
    #[must_use]
    pub fn bounces(&self) -> Option<(&Address, &str)> {
        self.bounces_mailboxes().next()
    }

    /// Every address that is ours, without subaddresses: those of queues, of bounces mailboxes, and what `own_addresses` adds.
    pub fn own_addresses(&self) -> impl Iterator<Item = &Address> {
        let queues = self.queues.iter().map(|queue| &queue.address);
        let bounces = self.bounces_mailboxes().map(|(address, _)| address);
        queues.chain(bounces).chain(&self.site.own_addresses)
    }

    /// Whether mail to this address would come back to us, with or without a subaddress.
    #[must_use]
    pub fn is_own(&self, address: &Address) -> bool {
        self.queue_by_address(address).is_some()
            || self.bounces_mailboxes().any(|(own, separator)| reaches(address, own, separator))
            || self.site.own_addresses.iter().any(|own| reaches(address, own, "+"))
    }

    fn bounces_mailboxes(&self) -> impl Iterator<Item = (&Address, &str)> {
        self.mailboxes.iter().filter_map(|mailbox| match &mailbox.role {
            Role::Bounces { address, subaddress } => Some((address, subaddress.as_str())),
            Role::Queue(_) => None,
        })
    }
}

fn reaches(address: &Address, base: &Address, separator: &str) -> bool {
    address == base || address.detail_of(base, separator).is_some()
}

impl Store {
    /// The key beside the database.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.folder().join("postamt.key")
    }

    /// The spool of a mailbox: a Maildir beside the database.
    #[must_use]
    pub fn spool(&self, mailbox: &str) -> PathBuf {
        self.folder().join("spool").join(mailbox)
    }

    /// The folder of the database and of all that lies beside it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }
}

impl Folder {
    /// As the configuration writes it.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.0
    }

    /// The folder for what was handled at this moment, in the site's zone: `Processed/2026-11`.
    #[must_use]
    pub fn at(&self, moment: Timestamp, zone: Tz) -> String {
        let date = moment.utc().with_timezone(&zone);
        let year = format!("{:04}", date.year());
        self.0.replace("{year}", &year).replace("{month}", &format!("{:02}", date.month()))
    }
}

impl Accounts {
    #[must_use]
    pub fn is_reserved(&self, login: &str) -> bool {
        self.reserved.contains(&login.to_lowercase())
    }
}
