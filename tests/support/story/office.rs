//! One office: its mailboxes on the run's servers, its configuration and database, its daemon, and who has to do with it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use lettre::SmtpTransport;
use postamt::desk::Ticket;
use postamt::store::Account as LoginAccount;

use super::books::Books;
use super::chronicle::Chronicle;
use super::daemon::Daemon;
use super::mailing::{Writing, send};
use super::people::Person;
use super::received::Received;
use super::secrecy::Secrets;
use super::settings::{self, Accounts, Settings};
use crate::support::rig::{self, Account, Alone, Rig, Shared, wait_for};

pub struct Office {
    daemon: RefCell<Option<Daemon>>,
    /// It starts with the first mail, unless the story says otherwise.
    was_started: Cell<bool>,
    chronicle: Chronicle,
    accounts: Accounts,
    customers: RefCell<Vec<Account>>,
    agents: RefCell<Vec<AgentAccount>>,
    /// How many mails went to a mailbox of the office, by its user.
    sent: RefCell<BTreeMap<String, usize>>,
    smtp: RefCell<SmtpTransport>,
    folder: tempfile::TempDir,
    servers: Servers,
}

struct AgentAccount {
    account: Account,
    /// They may write from all of them.
    addresses: Vec<String>,
    canary: String,
}

enum Servers {
    Shared(Shared),
    Alone(Alone),
    /// Those of an office that is told of in the same story.
    Neighbours(&'static Rig),
}

impl Deref for Servers {
    type Target = Rig;
    fn deref(&self) -> &Rig {
        match self {
            Self::Shared(rig) => rig,
            Self::Alone(rig) => rig,
            Self::Neighbours(rig) => rig,
        }
    }
}

impl Office {
    pub fn open() -> Self {
        Self::with(|_| ())
    }

    /// With other settings than usual.
    pub fn with<R>(change: impl FnOnce(&mut Settings) -> R) -> Self {
        Self::on(Servers::Shared(Rig::shared()), change)
    }

    /// With servers that the story may stop: no other story runs meanwhile.
    pub fn alone() -> Self {
        Self::on(Servers::Alone(Rig::alone()), |_| ())
    }

    /// A second office on the same servers. It must end before this one.
    pub fn beside<R>(&self, change: impl FnOnce(&mut Settings) -> R) -> Self {
        let rig = match &self.servers {
            Servers::Shared(shared) => shared.rig(),
            Servers::Alone(alone) => alone.rig(),
            Servers::Neighbours(rig) => rig,
        };
        Self::on(Servers::Neighbours(rig), change)
    }

    fn on<R>(servers: Servers, change: impl FnOnce(&mut Settings) -> R) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        let accounts = Accounts::make(&servers, &settings);
        let folder = tempfile::tempdir().unwrap();
        settings::write(folder.path(), &servers, &accounts, &settings);
        let smtp = RefCell::new(transport(&servers));
        Self {
            daemon: RefCell::default(),
            was_started: Cell::new(false),
            chronicle: Chronicle::begin(),
            accounts,
            customers: RefCell::default(),
            agents: RefCell::default(),
            sent: RefCell::default(),
            smtp,
            folder,
            servers,
        }
    }

    /// Somebody outside, with a mailbox.
    pub fn person(&self, name: &str) -> Person<'_> {
        let account = self.servers.account_at(name, "mail.test");
        self.customers.borrow_mut().push(account.clone());
        Person::new(self, name, account, None)
    }

    /// Somebody who works on these queues and reads German.
    pub fn agent(&self, name: &str, queues: &[&str]) -> Person<'_> {
        self.add_agent(name, queues, "de")
    }

    /// Somebody who works on these queues and reads English.
    pub fn english_agent(&self, name: &str, queues: &[&str]) -> Person<'_> {
        self.add_agent(name, queues, "en")
    }

    fn add_agent(&self, name: &str, queues: &[&str], language: &str) -> Person<'_> {
        let account = self.servers.account_at(name, "agents.test");
        let canary = format!("Canary of {}", account.user);
        let second = account.address.replace('@', "-at-home@");
        self.agents.borrow_mut().push(AgentAccount {
            account: account.clone(),
            addresses: vec![account.address.clone(), second.clone()],
            canary: canary.clone(),
        });
        let person = Person::new(self, name, account, Some(canary));
        self.tell(&format!("{name} becomes an agent of {queues:?}"));
        let mut words = vec!["agent", "add", name, "--name", &person.name, "--language", language];
        words.extend(["--address", &person.address, "--address", &second]);
        let queues = queues.join(",");
        words.extend(["--queue", &queues]);
        self.postamt(&words);
        person
    }

    pub fn postmaster(&self) -> Person<'_> {
        Person::new(self, "postmaster", self.accounts.postmaster.clone(), None)
    }

    pub fn admin(&self) -> Person<'_> {
        Person::new(self, "admin", self.accounts.admin.clone(), None)
    }

    /// The address for applications.
    pub fn antrag(&self) -> String {
        self.accounts.antrag.address.clone()
    }

    /// Where bounces go; the queue's where there is none for them.
    pub fn bounces(&self) -> String {
        let bounces = self.accounts.bounces.as_ref();
        bounces.unwrap_or(&self.accounts.antrag).address.clone()
    }

    /// The address for everything else.
    pub fn support(&self) -> String {
        self.accounts.support.address.clone()
    }

    /// Does a command of the command line.
    #[track_caller]
    pub fn postamt(&self, words: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_postamt"))
            .arg("--config")
            .arg(self.config())
            .args(words)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "postamt {words:?}: {}\n{said}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn start(&self) {
        self.start_logging("");
    }

    /// With these levels in `RUST_LOG`.
    pub fn start_logging(&self, levels: &str) {
        self.tell("the daemon starts");
        self.was_started.set(true);
        let daemon = Daemon::start(&self.config(), &self.log(), levels);
        assert!(self.daemon.replace(Some(daemon)).is_none(), "it runs already");
    }

    pub fn stop(&self) {
        self.tell("the daemon is stopped");
        self.daemon.take().unwrap().stop();
    }

    /// SIGKILL.
    pub fn kill(&self) {
        self.tell("the daemon is killed");
        self.daemon.take().unwrap().kill();
    }

    pub fn process_id(&self) -> u32 {
        self.daemon.borrow().as_ref().unwrap().process_id()
    }

    /// The admin writes another line into `[security]`; it holds from the next start on.
    pub fn secured_by(&self, line: &str) {
        self.tell(&format!("the admin writes {line}"));
        let text = std::fs::read_to_string(self.config()).unwrap();
        let text = text.replacen("[security]\n", &format!("[security]\n{line}\n"), 1);
        std::fs::write(self.config(), text).unwrap();
    }

    pub fn restart(&self) {
        self.stop();
        self.start();
    }

    /// The servers, where the story has them to itself.
    pub fn servers(&self) -> &Alone {
        match &self.servers {
            Servers::Alone(alone) => alone,
            Servers::Shared(_) | Servers::Neighbours(_) => panic!("other stories use the servers"),
        }
    }

    /// The mails in a mailbox of ours that could not be handled.
    pub fn quarantined(&self) -> Vec<Received> {
        let mails = self.accounts.antrag.folder("Quarantine").unwrap_or_default();
        mails.iter().map(|raw| Received::read(raw)).collect()
    }

    /// Everything that came to the mailbox of bounces and was taken in.
    pub fn bounced(&self) -> Vec<Received> {
        let account = self.accounts.bounces.as_ref().unwrap();
        let folders = std::fs::read_dir(&account.maildir).unwrap().map(|f| f.unwrap().path());
        let processed = folders.filter(|path| path.to_string_lossy().contains("/.Processed"));
        let mails = processed.flat_map(|folder| rig::mails_in(&folder));
        mails.map(|raw| Received::read(&raw)).collect()
    }

    pub fn books(&self) -> Books {
        wait_for("the database", || Books::open(&self.database()))
    }

    /// Whether these octets lie in the database, or in what is still to be put into it.
    pub fn database_holds(&self, words: &str) -> bool {
        let files = ["postamt.db", "postamt.db-wal"].map(|name| self.folder.path().join(name));
        let mut octets = files.iter().filter_map(|file| std::fs::read(file).ok());
        octets.any(|octets| octets.windows(words.len()).any(|at| at == words.as_bytes()))
    }

    pub fn tickets(&self) -> Vec<Ticket> {
        Books::open(&self.database()).map(|books| books.tickets()).unwrap_or_default()
    }

    /// The only ticket.
    #[track_caller]
    pub fn ticket(&self) -> Ticket {
        let tickets = self.tickets();
        assert_eq!(tickets.len(), 1, "{tickets:#?}");
        tickets.into_iter().next().unwrap()
    }

    /// Where the only ticket stands: its state and, of an application, the step.
    #[track_caller]
    pub fn stands_at(&self) -> (&'static str, &'static str) {
        let ticket = self.ticket();
        (ticket.state.word(), ticket.application.map_or("", |application| application.step.word()))
    }

    /// Waits until the only ticket stands there.
    #[track_caller]
    pub fn comes_to(&self, state: &str, step: &str) {
        self.tell(&format!("the ticket has to come to {state} {step}"));
        wait_for(&format!("the ticket to come to {state}, {step}"), || {
            let tickets = self.tickets();
            let [ticket] = tickets.as_slice() else { return None };
            let at = ticket.application.as_ref().map_or("", |a| a.step.word());
            (ticket.state.word() == state && at == step).then_some(())
        });
    }

    /// Whose the only ticket is: the agent's short name.
    #[track_caller]
    pub fn owner(&self) -> Option<String> {
        let owner = self.ticket().owner()?;
        let agents = self.agents.borrow();
        let books = self.books();
        let names = agents.iter().filter_map(|a| a.account.user.split('-').next());
        names.map(|name| books.agent(name)).find(|a| a.id == owner).map(|a| a.name)
    }

    pub fn account(&self, login: &str) -> Option<LoginAccount> {
        self.books().account(login)
    }

    /// Waits until the daemon's log has a line with these words.
    #[track_caller]
    pub fn logs(&self, words: &str) {
        self.tell(&format!("the log has to say “{words}”"));
        wait_for(&format!("“{words}” in the log"), || {
            std::fs::read_to_string(self.log()).unwrap().contains(words).then_some(())
        });
    }

    /// All that the daemon has logged.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Where the configuration, the database and all that belongs to them lie.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The secrets that let the office in elsewhere.
    pub fn mailbox_passwords(&self) -> Vec<String> {
        self.accounts.read().map(|account| account.password.clone()).collect()
    }

    /// Waits until every mail that was sent lies in a mailbox of the office, taken in or not.
    #[track_caller]
    pub fn mail_waits(&self) {
        wait_for("all mail to be delivered", || {
            let there = |account: &Account| account.inbox().len() + put_away(account);
            let sent = self.sent.borrow();
            self.accounts
                .read()
                .all(|account| there(account) >= sent.get(&account.user).copied().unwrap_or(0))
                .then_some(())
        });
    }

    /// Waits until nothing is left to do: every mail that was sent is taken in, every mail that follows has arrived.
    #[track_caller]
    pub fn settles(&self) {
        wait_for("the office to have nothing left to do", || self.is_settled().then_some(()));
    }

    fn is_settled(&self) -> bool {
        let taken_in = self.accounts.read().all(|account| {
            let sent = self.sent.borrow().get(&account.user).copied().unwrap_or_default();
            account.inbox().is_empty() && put_away(account) >= sent
        });
        let Some(books) = Books::open(&self.database()).filter(|_| taken_in) else { return false };
        // In this order: a mail in is committed with its orders, an order with its mails.
        !books.has_orders()
            && !books.has_outgoing()
            && self.everybody().all(|account| {
                let inbox = account.inbox();
                let ids: Vec<String> =
                    inbox.iter().map(|raw| Received::read(raw).message_id).collect();
                let arrived = |id: &String| ids.contains(&format!("<{id}>"));
                books.sent_to(&account.address).iter().all(arrived)
            })
    }

    /// Everybody whose mailbox is there.
    fn everybody(&self) -> impl Iterator<Item = Account> {
        let mut all = self.customers.borrow().clone();
        all.extend(self.agents.borrow().iter().map(|agent| agent.account.clone()));
        all.extend([self.accounts.postmaster.clone(), self.accounts.admin.clone()]);
        all.into_iter()
    }

    /// A mail as it is written, whoever wrote it.
    pub fn sends(&self, writing: &Writing) {
        let (from, to, subject) = (&writing.from.1, &writing.to, &writing.subject);
        self.tell(&format!("{from} writes to {to}, {subject}"));
        self.send(writing);
    }

    pub(super) fn send(&self, writing: &Writing) {
        self.send_raw(writing.envelope_sender.as_deref(), &writing.to, writing.raw().as_bytes());
    }

    /// Any octets at all, to one recipient.
    pub fn send_raw(&self, envelope_sender: Option<&str>, to: &str, raw: &[u8]) {
        if !self.was_started.get() {
            self.start();
        }
        let user = to.split(['@', '+']).next().unwrap_or_default().to_owned();
        *self.sent.borrow_mut().entry(user).or_default() += 1;
        send(&self.smtp.borrow(), envelope_sender, to, raw);
    }

    /// Waits until neither office has anything left to do, and each has taken in what the other wrote to it.
    #[track_caller]
    pub fn settles_with(&self, other: &Self) {
        wait_for("two offices to have nothing left to do", || {
            let all_in = |from: &Self, to: &Self| {
                let (sender, receiver) = (from.books(), to.books());
                to.accounts.read().all(|account| {
                    let theirs = sender.sent_to(&account.address);
                    let sent = to.sent.borrow().get(&account.user).copied().unwrap_or_default();
                    theirs.iter().all(|id| receiver.has_taken_in(id))
                        && put_away(account) >= sent + theirs.len()
                })
            };
            let nothing_under_way = || all_in(self, other) && all_in(other, self);
            // Once more at the end: what was taken in meanwhile may have been answered.
            let quiet = nothing_under_way() && self.is_settled() && other.is_settled();
            (quiet && nothing_under_way()).then_some(())
        });
    }

    /// What the postmaster was told or will be, the oldest first.
    pub fn postmaster_lines(&self) -> Vec<String> {
        self.books().postmaster_lines()
    }

    /// A mail lies in the mailbox for applications as the mail server would have left it there.
    pub fn comes_in(&self, raw: &str) {
        if !self.was_started.get() {
            self.start();
        }
        self.tell(&format!("in the mailbox: {}", raw.lines().next().unwrap_or_default()));
        let account = &self.accounts.antrag;
        *self.sent.borrow_mut().entry(account.user.clone()).or_default() += 1;
        account.receives(raw.as_bytes());
    }

    pub fn tell(&self, line: &str) {
        self.chronicle.note(line);
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("postamt.toml")
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("postamt.db")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// # Errors
    /// What a customer saw and must not.
    fn customers_saw_nothing_they_must_not(&self) -> Result<(), String> {
        let Some(books) = Books::open(&self.database()) else { return Ok(()) };
        let mut secrets = Secrets::default();
        for agent in self.agents.borrow().iter() {
            secrets.add("what an agent's client quoted or signed", &agent.canary);
            for address in &agent.addresses {
                secrets.add("an agent's address", address);
            }
            for raw in agent.account.inbox() {
                secrets.add_tokens_of(&Received::read(&raw));
            }
        }
        let (public, internal) = books.articles();
        secrets.add_internal(&internal, &public);
        for customer in self.customers.borrow().iter() {
            for raw in customer.inbox() {
                secrets.not_in(&Received::read(&raw))?;
            }
        }
        Ok(())
    }

    fn report(&self) -> String {
        let mut mailboxes = String::new();
        for account in self.everybody() {
            for raw in account.inbox() {
                mailboxes += &format!("  {}: {}\n", account.address, Received::read(&raw).title());
            }
        }
        for account in self.accounts.read().filter(|account| !account.inbox().is_empty()) {
            mailboxes +=
                &format!("  {}: {} not taken in\n", account.address, account.inbox().len());
        }
        let daemon = match self.daemon.borrow_mut().as_mut().map(Daemon::lives) {
            Some(true) => "runs",
            Some(false) => "has ended by itself",
            None => "was stopped",
        };
        format!(
            "--- who did what\n{}\n--- who has which mail\n{mailboxes}--- the daemon {daemon}\n{}",
            self.chronicle.text(),
            rig::tail(&self.log())
        )
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.report());
            return;
        }
        if self.daemon.borrow().is_some() {
            self.settles();
        }
        if let Err(leak) = self.customers_saw_nothing_they_must_not() {
            eprintln!("{}", self.report());
            panic!("{leak}");
        }
    }
}

/// Mails that were moved out of the inbox.
fn put_away(account: &Account) -> usize {
    let folders = std::fs::read_dir(&account.maildir).unwrap();
    let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let folders =
        names.filter(|name| name.starts_with(".Processed") || name.starts_with(".Quarantine"));
    folders.map(|name| rig::mails_in(&account.maildir.join(name)).len()).sum()
}

fn transport(rig: &Rig) -> SmtpTransport {
    SmtpTransport::builder_dangerous("127.0.0.1").port(rig.postfix.smtp_port).build()
}
