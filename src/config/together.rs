//! What must hold between settings: names and addresses that are unique, queues that exist, tokens that fit, mail that does not run in circles.

use std::collections::HashMap;

use super::reader::Table;
use super::suggest::nearest;
use super::{Mailbox, Queue, Role, Rule, Site, Source, TOKEN_LENGTH, Verdict};
use crate::mail::Address;

/// A section and what was read from it; None where that was wrong.
type Read<'a, T> = (Table<'a>, Option<T>);

/// The longest local part (RFC 5321 section 4.5.3.1.1), in octets.
const LOCAL_PART: usize = 64;

pub fn check<'a>(
    root: &Table<'_>,
    (site_table, site): (&Table<'_>, Option<&Site>),
    mailboxes: &[Read<'a, Mailbox>],
    queues: &[Read<'a, Queue>],
    rules: &[Read<'a, Rule>],
) {
    let read_mailboxes: Vec<_> = mailboxes.iter().filter_map(whole).collect();
    let read_queues: Vec<_> = queues.iter().filter_map(whole).collect();
    let needed = [
        ("queue", queues.is_empty(), "add a [[queue]] with name and address"),
        ("mailbox", mailboxes.is_empty(), "add a [[mailbox]] with name, url and queue"),
    ];
    for (key, absent, remedy) in needed {
        if absent && !root.has(key) {
            root.lacks(key, format!("there is no [[{key}]], so no mail could come in"), remedy);
        }
    }
    unique(&read_mailboxes, "name", |m| m.name.to_lowercase());
    unique(&read_mailboxes, "url", |m| format!("{:?}", origin(m)));
    unique(&read_queues, "name", |q| q.name.to_lowercase());

    let all_queues_read = read_queues.len() == queues.len() && !queues.is_empty();
    // Where a section could not be read, its name is missing here, and to complain of that would mislead.
    if all_queues_read {
        let rules: Vec<_> = rules.iter().filter_map(whole).collect();
        let all_known = queues_exist(&read_mailboxes, &rules, &read_queues);
        if all_known && read_mailboxes.len() == mailboxes.len() {
            queues_have_mailboxes(&read_mailboxes, &read_queues);
        }
    }
    addresses(site, &read_mailboxes, &read_queues);
    if let Some(site) = site {
        circles(site_table, site, &read_mailboxes, &read_queues);
    }
}

/// Whether each queue that a mailbox or a rule names is there.
fn queues_exist<'a>(
    mailboxes: &[(&Table<'a>, &Mailbox)],
    rules: &[(&Table<'a>, &Rule)],
    queues: &[(&Table<'_>, &Queue)],
) -> bool {
    let of_mailboxes = mailboxes.iter().filter_map(|(table, mailbox)| match &mailbox.role {
        Role::Queue(name) => Some((table, name)),
        Role::Bounces { .. } => None,
    });
    let of_rules = rules.iter().filter_map(|(table, rule)| match &rule.verdict {
        Verdict::Sort { queue: Some(name), .. } => Some((table, name)),
        Verdict::Sort { queue: None, .. } | Verdict::Ignore => None,
    });
    let known: Vec<&str> = queues.iter().map(|(_, queue)| queue.name.as_str()).collect();
    let mut all_known = true;
    for (table, name) in of_mailboxes.chain(of_rules) {
        if known.iter().any(|queue| queue.eq_ignore_ascii_case(name)) {
            continue;
        }
        all_known = false;
        let remedy = match nearest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => {
                format!("write one of {}; or add a [[queue]] with name = {name:?}", quoted(&known))
            }
        };
        table.error("queue", format!("there is no queue {name:?}"), &remedy);
    }
    all_known
}

fn queues_have_mailboxes(mailboxes: &[(&Table<'_>, &Mailbox)], queues: &[(&Table<'_>, &Queue)]) {
    for (table, queue) in queues {
        let feeds = |(_, mailbox): &(_, &Mailbox)| matches!(&mailbox.role, Role::Queue(name) if name.eq_ignore_ascii_case(&queue.name));
        if !mailboxes.iter().any(feeds) {
            let what =
                "no mailbox is for this queue, so it gets mail only from other queues and rules";
            let remedy =
                format!("set queue = {:?} in the [[mailbox]] that its mail comes to", queue.name);
            table.warn("name", what, &remedy);
        }
    }
}

fn whole<'r, 'a, T>((table, part): &'r Read<'a, T>) -> Option<(&'r Table<'a>, &'r T)> {
    Some((table, part.as_ref()?))
}

/// The place where a mailbox's mail lies, whatever name it goes by.
fn origin(mailbox: &Mailbox) -> impl std::fmt::Debug + '_ {
    match &mailbox.source {
        Source::Imap(imap) => {
            (imap.server.host.to_lowercase(), imap.server.port, imap.login.user.clone())
        }
        Source::Maildir(path) => (path.display().to_string(), 0, String::new()),
    }
}

fn unique<T>(read: &[(&Table<'_>, &T)], key: &str, identity: impl Fn(&T) -> String) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (table, part) in read {
        let line = table.place(key).line.unwrap_or_default();
        let before = *first.entry(identity(part)).or_insert(line);
        if before != line {
            let what = format!("{key} is the same as in line {before}");
            let remedy = match key {
                "url" => "remove one of the two mailboxes: the same mail would be read twice",
                _ => "give each its own name",
            };
            table.error(key, what, remedy);
        }
    }
}

/// Each address is one queue's or one bounces mailbox's, and leaves room for a token.
fn addresses<'a>(
    site: Option<&Site>,
    mailboxes: &[(&Table<'a>, &Mailbox)],
    queues: &[(&Table<'a>, &Queue)],
) {
    let of_queue = queues.iter().map(|(t, q)| (*t, &q.address, q.subaddress.as_str()));
    let of_bounces = mailboxes.iter().filter_map(|(t, m)| match &m.role {
        Role::Bounces { address, subaddress } => Some((*t, address, subaddress.as_str())),
        Role::Queue(_) => None,
    });
    let mut first: HashMap<&Address, usize> = HashMap::new();
    for (table, address, separator) in of_queue.chain(of_bounces) {
        let line = table.place("address").line.unwrap_or_default();
        let before = *first.entry(address).or_insert(line);
        if before != line {
            let what = format!("{address} is used in line {before} already");
            table.error(
                "address",
                what,
                "give each queue, and the bounces, an address of their own",
            );
        }
        room_for_tokens(table, address, separator);
        if site.is_some_and(|site| site.own_addresses.contains(address)) {
            let what = format!("{address} stands in [site] own_addresses, too");
            table.warn(
                "address",
                what,
                "remove it there: own_addresses is for what no queue and no mailbox has",
            );
        }
    }
}

fn room_for_tokens(table: &Table<'_>, address: &Address, separator: &str) {
    if separator.is_empty() {
        return;
    }
    let octets = address.local().len() + separator.len() + TOKEN_LENGTH;
    if octets > LOCAL_PART {
        let most = LOCAL_PART - separator.len() - TOKEN_LENGTH;
        let what = format!(
            "{address} is too long: with {separator}TOKEN, {octets} octets stand before the @, and mail allows {LOCAL_PART}"
        );
        let remedy = format!(
            "take an address with at most {most} octets before the @, or set subaddress = \"\""
        );
        table.error("address", what, &remedy);
    }
    if address.local().contains(separator) {
        let what = format!(
            "{address} holds its own separator {separator:?}, so where the token begins is uncertain"
        );
        table.error("address", what, "take an address without it, or another subaddress");
    }
}

/// Nobody who is told what goes wrong may be one of our own addresses: the news would come back as a ticket.
fn circles(
    table: &Table<'_>,
    site: &Site,
    mailboxes: &[(&Table<'_>, &Mailbox)],
    queues: &[(&Table<'_>, &Queue)],
) {
    let of_mailbox = |address: &Address| {
        mailboxes
            .iter()
            .any(|(_, m)| matches!(&m.role, Role::Bounces { address: own, .. } if own == address))
    };
    let of_queue = |address: &Address| queues.iter().any(|(_, q)| &q.address == address);
    let told = site.admins.iter().map(|a| ("admins", a)).filter(|_| table.has("admins"));
    for (key, address) in told.chain([("postmaster", &site.postmaster)]) {
        if of_queue(address) || of_mailbox(address) {
            let what = format!(
                "{key} is {address}, which postamt reads itself: what it reports would come back to it"
            );
            table.error(key, what, "name the address of a person");
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}
