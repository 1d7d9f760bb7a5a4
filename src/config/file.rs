//! What the TOML says: every section, every setting, its default. How a value is written is in `value`, what two settings have to do
//! with each other in `together`.
//!
//! Each function reads *all* settings of its section before it gives up, so that a single pass finds every mistake.

use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::problem::{Problem, Problems};
use super::reader::{Book, Table};
use super::secrets::{NamedFile, PasswordFile};
use super::url::{self, MailboxUrl, SmtpUrl};
use super::{
    Accounts, Backlog, Calendar, Config, Folder, FormNames, Imap, Language, Limits, Login, Mailbox,
    ProviderKind, Queue, QueueKind, Relay, Role, Rule, Security, Site, Source, Store, Transport,
    Verdict, Way, calendar, together, value,
};
use crate::desk::calendar::Wait;
use crate::mail::timestamp::Span;

static LANGUAGES: &[(&str, Language)] = &[("de", Language::De), ("en", Language::En)];
static QUEUE_KINDS: &[(&str, QueueKind)] =
    &[("application", QueueKind::Application), ("support", QueueKind::Support)];
static ROLES: &[(&str, ())] = &[("bounces", ())];
static ACTIONS: &[(&str, Action)] = &[("ignore", Action::Ignore), ("spam", Action::Spam)];
static PROVIDERS: &[(&str, ProviderKind)] = &[
    ("builtin", ProviderKind::Builtin),
    ("passwd-file", ProviderKind::PasswdFile),
    ("command", ProviderKind::Command),
    ("ldap", ProviderKind::Ldap),
];
static WAYS: &[(&str, Way)] = &[
    ("token", Way::Token),
    ("authres", Way::Authres),
    ("dkim", Way::Dkim),
    ("openpgp", Way::Openpgp),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Ignore,
    Spam,
}

/// Text in, the configuration or everything that is wrong with it out.
pub fn read(text: &str, file: &Path, folder: &Path) -> Result<Config, Problems> {
    let rows = Book::parse(text, file).map_err(Problems::new)?;
    let book = Book::new(text, file);
    let config = config(&book.root(&rows), file, folder);
    let problems = Problems::new(book.finish());
    match config {
        Some(config) if !problems.iter().any(Problem::is_error) => {
            Ok(Config { warnings: problems.into_vec(), ..config })
        }
        _ => Err(problems),
    }
}

/// None where something is missing; then there is a problem that says what.
fn config(root: &Table<'_>, file: &Path, folder: &Path) -> Option<Config> {
    let site_table = root.table("site", "[site]");
    let site = site(&site_table, folder);
    let store = store(&root.table("store", "[store]"), folder);
    let smtp = smtp(&root.table("smtp", "[smtp]"), folder);
    let mailboxes = each(root.tables("mailbox", "[[mailbox]]"), |table| mailbox(table, folder));
    let queues = each(root.tables("queue", "[[queue]]"), queue);
    let rules = each(root.tables("rule", "[[rule]]"), rule);
    let calendar = calendar(&root.table("calendar", "[calendar]"), root.has("calendar"));
    let accounts = accounts(&root.table("accounts", "[accounts]"));
    let security = security(&root.table("security", "[security]"));
    let limits = limits(&root.table("limits", "[limits]"));

    together::check(root, (&site_table, site.as_ref()), &mailboxes, &queues, &rules);
    Some(Config {
        file: file.to_owned(),
        site: site?,
        store,
        smtp: smtp?,
        mailboxes: parts(mailboxes)?,
        queues: parts(queues)?,
        calendar,
        rules: parts(rules)?,
        accounts: accounts?,
        security,
        limits,
        warnings: Vec::new(),
    })
}

/// Each section with what was read from it: what is checked together later needs the lines.
fn each<'a, T>(
    tables: Vec<Table<'a>>,
    read: impl Fn(&Table<'a>) -> Option<T>,
) -> Vec<(Table<'a>, Option<T>)> {
    tables
        .into_iter()
        .map(|table| {
            let part = read(&table);
            (table, part)
        })
        .collect()
}

fn parts<T>(read: Vec<(Table<'_>, Option<T>)>) -> Option<Vec<T>> {
    read.into_iter().map(|(_, part)| part).collect()
}

fn site(t: &Table<'_>, folder: &Path) -> Option<Site> {
    let remedy = "name who reads what cannot be delivered or understood: postmaster = \"postmaster@example.org\"";
    let postmaster = t.need("postmaster", value::address, remedy);
    let name = t.text("name", value::line);
    let admins = t.texts("admins", value::address);
    let zone = t.text("timezone", value::zone);
    Some(Site {
        language: t.text("language", value::one_of(LANGUAGES)).unwrap_or(Language::De),
        zone: zone.unwrap_or(chrono_tz::Europe::Berlin),
        hook: t.text("hook", value::hook).unwrap_or_else(|| "Ticket".into()),
        templates: t.path("templates", folder).unwrap_or_else(|| "/etc/postamt/templates".into()),
        page: t.text("page", value::or_nothing(value::page)).flatten(),
        own_addresses: t.texts("own_addresses", value::address).unwrap_or_default(),
        digest: t
            .text("digest", value::or_nothing(value::cron))
            .unwrap_or_else(|| value::cron("0 0 8 * * *").ok()),
        name: name.or_else(|| postmaster.as_ref().map(|p| p.domain().to_owned()))?,
        admins: admins.filter(|a| !a.is_empty()).or_else(|| postmaster.clone().map(|p| vec![p]))?,
        postmaster: postmaster?,
    })
}

fn store(t: &Table<'_>, folder: &Path) -> Store {
    Store {
        path: t.path("path", folder).unwrap_or_else(|| "/var/lib/postamt/postamt.db".into()),
        retention: t.text("retention", value::or_nothing(value::span_over_zero)).flatten(),
    }
}

fn smtp(t: &Table<'_>, folder: &Path) -> Option<Transport> {
    let url = match t.text("url", url::transport) {
        None if t.has("url") => None,
        None => url::transport("smtp://127.0.0.1:25").ok(),
        found => found,
    };
    let user = t.text("user", value::line);
    let password = password_file(t, folder);
    let ca_file = named_file(t, "ca_file", folder);
    let relay = |server: url::Server, in_url: Option<String>| {
        if let (Some(a), Some(b)) = (&user, &in_url)
            && a != b
        {
            t.error("user", format!("user = {a:?}, but the url says {b:?}"), "name the user once");
        }
        if password.is_some() && server.exposes_passwords() {
            let what = "url would send the password readable over the network";
            t.error("url", what, "write smtp+starttls:// or smtps://; smtp:// with a password is for this machine only");
        }
        useless_ca_file(t, &server);
        let login = match (user.clone().or(in_url), password.clone()) {
            (Some(user), Some(password)) => Some(Login { user, password }),
            (Some(_), None) => {
                t.missing(
                    "password_file",
                    "name the file that holds the user's password, or remove the user",
                );
                None
            }
            (None, Some(_)) => {
                t.missing(
                    "user",
                    "name the user whom the password belongs to, or remove password_file",
                );
                None
            }
            (None, None) => None,
        };
        Relay { server, login, ca_file: ca_file.clone() }
    };
    Some(match url? {
        SmtpUrl::Smtp { server, user } => Transport::Smtp(relay(server, user)),
        SmtpUrl::Lmtp { server, user } => Transport::Lmtp(relay(server, user)),
        SmtpUrl::Sendmail(path) => Transport::Sendmail(local(t, folder, &path)),
        SmtpUrl::Maildir(path) => Transport::Maildir(local(t, folder, &path)),
    })
}

fn mailbox(t: &Table<'_>, folder: &Path) -> Option<Mailbox> {
    let name = t.need("name", value::mailbox_name, "give it a name: name = \"antrag\"");
    let url = t.need(
        "url",
        url::mailbox,
        "say where its mail lies: url = \"imaps://USER@HOST\" or \"maildir:PATH\"",
    );
    let password = password_file(t, folder);
    let ca_file = named_file(t, "ca_file", folder);
    let role = role(t);
    let processed = t.text("processed", value::folder);
    let source = url.and_then(|url| match url {
        MailboxUrl::Imap { server, user } => {
            useless_ca_file(t, &server);
            if !t.has("password_file") {
                t.missing(
                    "password_file",
                    "name the file that holds the password: password_file = \"antrag.password\"",
                );
            }
            let login = Login { user, password: password? };
            Some(Source::Imap(Box::new(Imap { server, login, ca_file })))
        }
        MailboxUrl::Maildir(path) => Some(Source::Maildir(local(t, folder, &path))),
    });
    Some(Mailbox {
        processed: processed.unwrap_or_else(|| Folder("Processed/{year}-{month}".into())),
        poll: t.text("poll", value::span_over_zero).unwrap_or(Span::minutes(2)),
        backlog: t.text("backlog", value::backlog).unwrap_or(Backlog::Within(Span::days(7))),
        trust_results: t.flag("trust_results").unwrap_or(false),
        place: t.place("url"),
        name: name?,
        source: source?,
        role: role?,
    })
}

/// A queue's mailbox, or one for bounces with its own address.
fn role(t: &Table<'_>) -> Option<Role> {
    let queue = t.text("queue", value::queue_name);
    let bounces = t.text("role", value::one_of(ROLES));
    let address = t.text("address", value::address);
    let subaddress = t.text("subaddress", value::subaddress).unwrap_or_else(|| "+".into());
    match (t.has("queue"), t.has("role")) {
        (true, true) => {
            t.error("role", "is for a queue and for bounces at once", "remove queue or role");
            None
        }
        (false, false) => {
            let what = "neither queue nor role is set, so nobody knows what its mail is for";
            t.error("", what, "write queue = \"NAME\"; or role = \"bounces\" and address = \"bounces@example.org\"");
            None
        }
        (true, false) => {
            for key in ["address", "subaddress"] {
                if t.has(key) {
                    let what = format!("{key} is the queue's to say");
                    t.error(key, what, "remove it here and set it in the [[queue]]");
                }
            }
            queue.map(Role::Queue)
        }
        (false, true) => {
            if !t.has("address") {
                t.missing("address", "write the address that reaches this mailbox: address = \"bounces@example.org\"");
            }
            bounces.and(address).map(|address| Role::Bounces { address, subaddress })
        }
    }
}

fn queue(t: &Table<'_>) -> Option<Queue> {
    let name = t.need("name", value::queue_name, "give it a name: name = \"antrag\"");
    let remedy = "write the address that people write to: address = \"antrag@example.org\"";
    let address = t.need("address", value::address, remedy);
    let span = |key, default, read: fn(&str) -> Result<Span, value::Wrong>| {
        t.text(key, read).unwrap_or(default)
    };
    let wait = |key, default, read: fn(&str) -> Result<Wait, value::Wrong>| {
        t.text(key, read).unwrap_or(default)
    };
    let digest = t.text("digest", |text| {
        let counted = value::counts_weekdays(text);
        value::or_nothing(value::cron)(text).map(|schedule| (schedule, counted))
    });
    if let Some((_, true)) = digest {
        t.warn(
            "digest",
            "digest counts weekdays, and here 1 is Sunday",
            "write their names: Mon-Fri",
        );
    }
    Some(Queue {
        kind: t.text("kind", value::one_of(QUEUE_KINDS)).unwrap_or(QueueKind::Application),
        subaddress: t.text("subaddress", value::subaddress).unwrap_or_else(|| "+".into()),
        acknowledge: t.flag("acknowledge").unwrap_or(true),
        release_after: wait("release_after", Wait::Time(Span::hours(12)), value::wait_over_zero),
        escalate_after: wait("escalate_after", Wait::Days(2), value::wait_over_zero),
        confirm_within: span("confirm_within", Span::days(4), value::span_over_zero),
        reopen_within: span("reopen_within", Span::days(14), value::span),
        warn_before: wait("warn_before", Wait::Time(Span::hours(1)), value::wait),
        digest: digest
            .map_or_else(|| value::cron("0 0 8 * * Mon-Fri").ok(), |(schedule, _)| schedule),
        sign_as: t.text("sign_as", value::sign_as).unwrap_or_else(|| "{agent} ({queue})".into()),
        form_senders: t.texts("form_senders", value::address).unwrap_or_default(),
        join_open: t.flag("join_open").unwrap_or(false),
        hold: span("hold", Span::secs(0), value::span),
        form: form(&t.table("form", "[queue.form]")),
        name: name?,
        address: address?,
    })
}

fn form(t: &Table<'_>) -> FormNames {
    let names = |key: &'static str, default: &[&str]| {
        let found = t.texts(key, value::line);
        if found.as_ref().is_some_and(Vec::is_empty) {
            t.error(
                key,
                format!("{key} is an empty list"),
                "name the form's field, or remove the line for the default",
            );
        }
        found.unwrap_or_else(|| default.iter().map(|name| (*name).to_owned()).collect())
    };
    FormNames {
        name: names("name", &["Name"]),
        email: names("email", &["E-Mail", "Mail", "Email"]),
        login: names("login", &["Login", "Benutzername", "Username"]),
        reason: names("reason", &["Begründung", "Grund", "Reason"]),
        language: names("language", &["Sprache", "Language"]),
    }
}

fn calendar(t: &Table<'_>, is_set: bool) -> Option<Calendar> {
    let hours = t.texts("hours", calendar::hours);
    if hours.as_ref().is_some_and(Vec::is_empty) {
        t.error(
            "hours",
            "hours are empty, so no working time would ever pass",
            "write when you work: hours = [\"Mon-Fri 08:00-20:00\"]; or remove the [calendar]",
        );
    }
    let holidays = t.texts("holidays", value::date).unwrap_or_default().into_iter().collect();
    let hours =
        hours.or_else(|| calendar::hours("Mon-Fri 08:00-20:00").ok().map(|hours| vec![hours]));
    is_set.then_some(Calendar { hours: hours?, holidays })
}

fn rule(t: &Table<'_>) -> Option<Rule> {
    let header =
        t.need("header", value::header_name, "name the header it looks at: header = \"List-Id\"");
    let pattern = t.need(
        "pattern",
        value::pattern,
        "write what is looked for in the header: pattern = \"newsletter\"",
    );
    let action = t.text("action", value::one_of(ACTIONS));
    let queue = t.text("queue", value::queue_name);
    let priority = t.number("priority", 1..=5).and_then(|n| u8::try_from(n).ok());
    let sorts = t.has("queue") || t.has("priority");
    if !sorts && !t.has("action") {
        t.error(
            "",
            "does nothing",
            "write action = \"ignore\", action = \"spam\", queue = \"NAME\" or priority = 1 to 5",
        );
    }
    if sorts && action == Some(Action::Ignore) {
        t.error(
            "action",
            "what is ignored has neither queue nor priority",
            "remove the action, or queue and priority",
        );
    }
    let verdict = match action {
        Some(Action::Ignore) => Verdict::Ignore,
        _ => Verdict::Sort { queue, priority, spam: action == Some(Action::Spam) },
    };
    Some(Rule { header: header?, pattern: pattern?, verdict })
}

fn accounts(t: &Table<'_>) -> Option<Accounts> {
    let letter = t.table("letter", "[accounts.letter]").entries(|t, label, text| {
        let text = t.understand(label, &format!("{label:?} = "), text, value::line);
        if value::line(label).is_err() || label.contains(':') {
            let what = format!("{label:?} cannot begin a line of the letter");
            t.error(label, what, "write a label on one line, without a colon");
        }
        Some((label.to_owned(), text?))
    });
    let reserved = t.texts("reserved", value::line);
    let default_reserved =
        || ["root", "postmaster", "abuse", "admin", "news"].map(String::from).to_vec();
    let pattern = match t.text("login_pattern", value::whole_pattern) {
        None if t.has("login_pattern") => None,
        None => value::whole_pattern("^[a-z][a-z0-9._-]{1,31}$").ok(),
        found => found,
    };
    Some(Accounts {
        provider: t.text("provider", value::one_of(PROVIDERS)).unwrap_or(ProviderKind::Builtin),
        reserved: reserved
            .unwrap_or_else(default_reserved)
            .iter()
            .map(|login| login.to_lowercase())
            .collect(),
        letter,
        login_pattern: pattern?,
    })
}

fn security(t: &Table<'_>) -> Security {
    let all = || WAYS.iter().map(|(_, way)| *way).collect();
    let written: Option<Vec<Way>> = t.texts("accept", value::one_of(WAYS));
    let is_written = written.is_some();
    let accept = written.unwrap_or_else(all);
    if accept.is_empty() {
        t.error(
            "accept",
            "accept is empty, so nobody could command anything",
            "write accept = [\"token\"], or remove the line",
        );
    }
    let table = t.table("needs", "[security.needs]");
    let mut needs: std::collections::BTreeMap<String, Vec<Way>> = table
        .entries(|t, command, list| {
            let ways = ways_needed(t, command, list.get_ref());
            Some((command.trim_start_matches('#').to_lowercase(), ways?))
        })
        .into_iter()
        .collect();
    let confirm_is_default = !needs.contains_key("confirm");
    needs.entry("confirm".into()).or_insert_with(|| vec![Way::Token]);
    for (command, ways) in &needs {
        let Some((name, _)) =
            WAYS.iter().find(|(_, way)| ways.contains(way) && !accept.contains(way))
        else {
            continue;
        };
        let what = format!(
            "#{command} needs {name:?}, which [security] accept leaves out: nobody could ever give it"
        );
        let remedy = format!(
            "add {name:?} to accept, or set {command} = [...] in [security.needs] to what is accepted"
        );
        if confirm_is_default && command == "confirm" {
            t.error("accept", what, &remedy);
        } else {
            table.error(command, what, &remedy);
        }
    }
    let authserv_id = t.text("authserv_id", value::or_nothing(value::authserv_id)).flatten();
    let trust_domains = t.texts("trust_domains", value::domain).unwrap_or_default();
    if authserv_id.is_none() {
        without_authserv_id(t, &table, &needs, is_written && accept.contains(&Way::Authres));
    }
    let hears_of_domains =
        accept.contains(&Way::Dkim) || (accept.contains(&Way::Authres) && authserv_id.is_some());
    if !trust_domains.is_empty() && !hears_of_domains {
        t.warn(
            "trust_domains",
            "trust_domains has no effect: nothing that is accepted says which domain a mail comes from",
            "add \"dkim\" to accept, or \"authres\" with authserv_id",
        );
    }
    if !accept.contains(&Way::Token) && !accept.contains(&Way::Openpgp) && !accept.is_empty() {
        let is_enough = hears_of_domains && !trust_domains.is_empty()
            || (accept.contains(&Way::Authres) && authserv_id.is_some());
        if !is_enough {
            t.error(
                "accept",
                "nothing in accept can prove an agent by itself, so nobody could command anything",
                "add \"token\" to accept, or name domains in trust_domains",
            );
        }
    }
    Security {
        accept,
        authserv_id,
        trust_domains,
        resolver: t.text("resolver", value::or_nothing(value::resolver)).flatten(),
        token_valid: t.text("token_valid", value::span_over_zero).unwrap_or(Span::days(30)),
        agents_need_account: t.flag("agents_need_account").unwrap_or(false),
        spam_header: t
            .text("spam_header", value::or_nothing(value::header_line))
            .unwrap_or_else(|| Some(("X-Spam-Flag".into(), "YES".into()))),
        needs,
    }
}

/// No mail server is believed then.
fn without_authserv_id(
    t: &Table<'_>,
    table: &Table<'_>,
    needs: &std::collections::BTreeMap<String, Vec<Way>>,
    is_accepted: bool,
) {
    let remedy = "set authserv_id to the first word of the Authentication-Results that your own mail server adds";
    if is_accepted {
        let what = "\"authres\" in accept has no effect without authserv_id";
        t.warn("accept", what, remedy);
    }
    for (command, _) in needs.iter().filter(|(_, ways)| ways.contains(&Way::Authres)) {
        let what = format!(
            "#{command} needs \"authres\", and authserv_id is not set: nobody could ever give it"
        );
        table.error(command, what, remedy);
    }
}

fn ways_needed(t: &Table<'_>, command: &str, list: &DeValue<'_>) -> Option<Vec<Way>> {
    let Some(list) = list.as_array() else {
        t.error(
            command,
            format!("{command} is no list"),
            &format!("write {command} = [\"token\", \"dkim\"]: all of them are needed"),
        );
        return None;
    };
    let way = |way| t.understand(command, &format!("{command}: "), way, value::one_of(WAYS));
    Some(list.iter().filter_map(way).collect())
}

fn limits(t: &Table<'_>) -> Limits {
    let size = |key, default| t.text_or_number(key, value::size_octets).unwrap_or(default);
    let number = |key, default| t.number(key, 0..=1_000_000_000).unwrap_or(default);
    Limits {
        size_octets: size("size", 25 << 20),
        attachment_octets: size("attachment", 10 << 20),
        parts: number("parts", 1000),
        depth: number("depth", 50),
        automatic_per_hour: number("automatic_per_hour", 10),
        automatic_per_day: number("automatic_per_day", 30),
        automatic_per_ticket: number("automatic_per_ticket", 5),
        new_per_sender: number("new_per_sender", 20),
        new_per_domain: number("new_per_domain", 60),
        new_total: number("new_total", 200),
        follow_ups_per_ticket: number("follow_ups_per_ticket", 20),
        notifications_per_hour: number("notifications_per_hour", 60),
    }
}

fn named_file(t: &Table<'_>, key: &'static str, folder: &Path) -> Option<NamedFile> {
    Some(NamedFile { path: t.path(key, folder)?, place: t.place(key) })
}

fn password_file(t: &Table<'_>, folder: &Path) -> Option<PasswordFile> {
    let written: PathBuf = t.text("password_file", value::line)?.into();
    let place = t.place("password_file");
    let path = folder.join(&written);
    Some(PasswordFile {
        file: NamedFile { path, place },
        credential: written.is_relative().then_some(written),
    })
}

/// A path of this machine's: nothing that belongs to a server has any use there.
fn local(t: &Table<'_>, folder: &Path, path: &Path) -> PathBuf {
    for key in ["password_file", "ca_file"] {
        if t.has(key) {
            t.warn(key, format!("{key} has no use, as url names no server"), "remove it");
        }
    }
    folder.join(path)
}

fn useless_ca_file(t: &Table<'_>, server: &url::Server) {
    if t.has("ca_file") && server.tls == url::Tls::Plain {
        t.warn(
            "ca_file",
            "ca_file has no use, as url asks for no encryption",
            "remove it, or encrypt",
        );
    }
}

/// The settings there are, of which the written example must hold every one.
#[cfg(test)]
pub fn settings(text: &str) -> Vec<String> {
    let file = Path::new("postamt.toml");
    let rows = Book::parse(text, file).unwrap();
    let book = Book::new(text, file);
    config(&book.root(&rows), file, Path::new("/"));
    book.settings()
}
