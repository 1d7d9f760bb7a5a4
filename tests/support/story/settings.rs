//! What is different in an office of one story: the configuration, as far as stories change it.

use std::path::Path;

use crate::support::rig::{Account, Rig};

pub struct Settings {
    /// Of both queues.
    queues: toml::Table,
    limits: toml::Table,
    security: toml::Table,
    /// Of `[security.needs]`.
    needs: toml::Table,
    /// Each a `[[rule]]`.
    rules: Vec<toml::Table>,
    /// The mailboxes are read as Maildirs, past the IMAP server.
    pub maildirs: bool,
    /// The results that stand in mail there are our own server's.
    pub trust_results: bool,
    /// Where bounces come in; without it they come into the queues' own mailboxes.
    pub bounces_mailbox: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queues: toml::Table::new(),
            limits: toml::Table::new(),
            // No story depends on what the DNS of this machine says.
            security: toml::toml! { accept = ["token", "authres", "openpgp"] },
            needs: toml::Table::new(),
            rules: Vec::new(),
            maildirs: false,
            trust_results: false,
            bounces_mailbox: true,
        }
    }
}

impl Settings {
    /// A setting of both queues: `release_after`, `"3s"`.
    pub fn queue(&mut self, key: &str, value: impl Into<toml::Value>) -> &mut Self {
        self.queues.insert(key.to_owned(), value.into());
        self
    }

    /// A setting of `[limits]`.
    pub fn limit(&mut self, key: &str, value: impl Into<toml::Value>) -> &mut Self {
        self.limits.insert(key.to_owned(), value.into());
        self
    }

    /// A setting of `[security]`.
    pub fn security(&mut self, key: &str, value: impl Into<toml::Value>) -> &mut Self {
        self.security.insert(key.to_owned(), value.into());
        self
    }

    /// Asks this DNS about agents' domains.
    pub fn dns(&mut self, address: &str) -> &mut Self {
        self.security("accept", vec!["token", "authres", "dkim", "openpgp"]);
        self.security("resolver", address)
    }

    /// A command that needs all of these ways.
    pub fn needs(&mut self, command: &str, ways: &[&str]) -> &mut Self {
        self.needs.insert(command.to_owned(), ways.to_vec().into());
        self
    }

    /// A further `[[rule]]`: what stands in the header, and what is done then.
    pub fn rule(&mut self, header: &str, pattern: &str, action: &str) -> &mut Self {
        let mut rule: toml::Table = toml::from_str(action).unwrap();
        rule.insert("header".into(), header.into());
        rule.insert("pattern".into(), pattern.into());
        self.rules.push(rule);
        self
    }
}

/// The mailboxes of an office.
pub struct Accounts {
    pub antrag: Account,
    pub support: Account,
    pub bounces: Option<Account>,
    pub postmaster: Account,
    pub admin: Account,
}

impl Accounts {
    pub fn make(rig: &Rig, settings: &Settings) -> Self {
        Self {
            antrag: rig.account("antrag"),
            support: rig.account("support"),
            bounces: settings.bounces_mailbox.then(|| rig.account("bounces")),
            postmaster: rig.account("postmaster"),
            admin: rig.account("admin"),
        }
    }

    /// Those that the daemon reads.
    pub fn read(&self) -> impl Iterator<Item = &Account> {
        [&self.antrag, &self.support].into_iter().chain(&self.bounces)
    }
}

/// Who the web form's mails come from.
pub const FORM: &str = "wwwrun@onn.test";

/// Writes `postamt.toml` and the passwords into the folder.
pub fn write(folder: &Path, rig: &Rig, accounts: &Accounts, settings: &Settings) {
    let (smtp, imap) = (rig.postfix.smtp_port, rig.dovecot.imap_port);
    let mut text = format!(
        r#"[site]
name = "Open-News-Network"
language = "de"
postmaster = "{}"
admins = ["{}"]

[store]
path = "postamt.db"

[smtp]
url = "smtp://127.0.0.1:{smtp}"

[accounts.letter]
"Server" = "news.onn.test"
"Port" = "563 (TLS)"

[limits]
{}
[security]
{}
[security.needs]
{}"#,
        accounts.postmaster.address,
        accounts.admin.address,
        settings.limits,
        settings.security,
        settings.needs
    );
    for account in accounts.read() {
        let file = format!("{}.password", account.user);
        std::fs::write(folder.join(&file), &account.password).unwrap();
        std::process::Command::new("/bin/chmod")
            .arg("600")
            .arg(folder.join(&file))
            .status()
            .unwrap();
        let name = name_of(account);
        let role = match name {
            "bounces" => format!("role = \"bounces\"\naddress = {:?}", account.address),
            queue => format!("queue = {queue:?}"),
        };
        let source = match settings.maildirs {
            true => format!(
                "url = \"maildir:{}\"\ntrust_results = {}",
                account.maildir.display(),
                settings.trust_results
            ),
            false => format!(
                "url = \"imap://{}@127.0.0.1:{imap}\"\npassword_file = {file:?}",
                account.user
            ),
        };
        text += &format!("\n[[mailbox]]\nname = {name:?}\n{source}\n{role}\n");
    }
    for (account, kind) in [(&accounts.antrag, "application"), (&accounts.support, "support")] {
        text += &format!(
            "\n[[queue]]\nname = {:?}\nkind = {kind:?}\naddress = {:?}\nform_senders = [{FORM:?}]\n{}",
            name_of(account),
            account.address,
            settings.queues
        );
    }
    for rule in &settings.rules {
        text += &format!("\n[[rule]]\n{rule}");
    }
    std::fs::write(folder.join("postamt.toml"), text).unwrap();
}

/// `antrag` of `antrag-7`: accounts are many, an office's queue is one.
fn name_of(account: &Account) -> &str {
    account.user.split('-').next().unwrap_or_default()
}
