//! Personal data: what is somebody's, and how it goes, because they wish it or because its time is over.
//!
//! A ticket that is one person's alone goes as a whole, but for its number, states and times. Of one that is somebody else's as
//! well only what belongs to the one address goes; of others' mails that name it, the octets, while their words stay as an
//! article without it. Copies that lie elsewhere (the mailbox's `Processed` folders, backups) are not within reach.

use super::error::OfficeError;
use super::{Office, alone, limits, settled};
use crate::config::Config;
use crate::desk::effect::{Article, HistoryLine, What, Who};
use crate::desk::event::MessageRef;
use crate::desk::ticket::Outcome;
use crate::desk::{Ticket, TicketId, erased};
use crate::log;
use crate::mail::{Address, Limits, Mail, Span, Timestamp, parse};
use crate::store::{
    Account, Erasure, KeptMail, OutgoingId, OutgoingState, Reader, Store, StoreError,
    StoredContent, Tx, WhyErased,
};

/// What is stored about somebody, by one address of theirs.
#[derive(Debug)]
pub struct Belongings {
    pub address: Address,
    /// Theirs alone.
    pub whole: Vec<Ticket>,
    /// Somebody else's as well: the customer's and the application's address differ.
    pub shared: Vec<Ticket>,
    /// Others' tickets, to which they wrote or about which they were written to.
    pub met: Vec<TicketId>,
    /// Mails that belong to no ticket: theirs, and those that name them or one of their tickets.
    pub mails: Vec<KeptMail>,
    pub accounts: Vec<Account>,
    /// What limits, digests and bounces remember, and how often.
    pub remembered: Vec<(&'static str, u64)>,
    /// An agent's: on others' tickets they are no customer.
    pub is_agents: bool,
    /// One who works here now: that they are a ticket's customer is what keeps its notes from them, so it stays.
    pub works_here: bool,
}

/// What keeps an erasure from being done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct InTheWay {
    pub open: Vec<crate::desk::Number>,
    pub active: Vec<String>,
}

/// A daemon's turn erases at most so much in one transaction.
const TICKETS: u32 = 20;
const MAILS: u32 = 100;
const LETTERS: u32 = 200;
const DAILY: &str = "retention";
/// So many mails are asked for at once where all of a kind are read.
const PAGE: u32 = 200;

impl Belongings {
    /// # Errors
    /// Where the store cannot be read.
    pub fn of(reader: &Reader, config: &Config, address: &Address) -> Result<Self, StoreError> {
        let key = address.key();
        let (whole, shared): (Vec<_>, Vec<_>) =
            reader.tickets_of(&key)?.into_iter().partition(|ticket| is_alone(ticket, &key));
        let agents = reader.agents()?;
        let is_agents = agents.iter().any(|agent| agent.writes_from(address));
        let works_here = agents.iter().any(|agent| agent.active && agent.writes_from(address));
        let is_theirs = |id: &TicketId| whole.iter().chain(&shared).any(|t| t.id == *id);
        let mut met = if is_agents { Vec::new() } else { reader.tickets_met_by(&key)? };
        met.retain(|id| !is_theirs(id));
        let mut belongings = Self {
            address: address.clone(),
            mails: Vec::new(),
            accounts: reader.accounts_by_email(&key)?,
            remembered: reader.remembered(&key)?,
            whole,
            shared,
            met,
            is_agents,
            works_here,
        };
        belongings.mails = belongings.mails_without_ticket(reader, &limits(config))?;
        Ok(belongings)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
            && self.shared.is_empty()
            && self.met.is_empty()
            && self.mails.is_empty()
            && self.accounts.is_empty()
            && self.remembered.is_empty()
    }

    /// What an admin should look at first.
    #[must_use]
    pub fn in_the_way(&self) -> InTheWay {
        let tickets = self.whole.iter().chain(&self.shared);
        InTheWay {
            open: tickets.filter(|t| t.is_open()).map(|t| t.number).collect(),
            active: self.accounts.iter().filter(|a| a.active).map(|a| a.login.clone()).collect(),
        }
    }

    fn mails_without_ticket(
        &self,
        reader: &Reader,
        limits: &Limits,
    ) -> Result<Vec<KeptMail>, StoreError> {
        let (mut theirs, mut after) = (Vec::new(), MessageRef(0));
        loop {
            let page = reader.mails_without_ticket(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(theirs) };
            after = last.message;
            for mail in page {
                if self.is_in(reader, &mail, limits)? {
                    theirs.push(mail);
                }
            }
        }
    }

    fn is_in(&self, reader: &Reader, mail: &KeptMail, limits: &Limits) -> Result<bool, StoreError> {
        if self.is_agents {
            return Ok(false);
        }
        let key = self.address.key();
        if mail.from_key.as_ref() == Some(&key) {
            return Ok(true);
        }
        // Somebody else's mail that nobody has read yet is not ours to take away.
        if mail.from_key.is_some() && reader.is_held(mail.message)? {
            return Ok(false);
        }
        let Some(raw) = reader.raw(mail.message)? else { return Ok(false) };
        Ok(names(&raw, &key, &self.whole, limits))
    }
}

/// Erases what is somebody's, in one transaction; with `force` also where a ticket of theirs is open or an account active.
///
/// # Errors
/// Where the store failed. What is in the way comes back as it is, and then nothing was done.
pub fn erase(
    store: &mut Store,
    config: &Config,
    belongings: &Belongings,
    force: bool,
    now: Timestamp,
) -> Result<Result<Erasure, InTheWay>, StoreError> {
    let limits = limits(config);
    let key = belongings.address.key();
    store.transaction(|tx| {
        // As they are now: a customer may have written meanwhile.
        let (whole, shared): (Vec<_>, Vec<_>) =
            tx.tickets_of(&key)?.into_iter().partition(|ticket| is_alone(ticket, &key));
        let accounts = tx.accounts_by_email(&key)?;
        let current = Belongings {
            address: belongings.address.clone(),
            whole,
            shared: if belongings.works_here { Vec::new() } else { shared },
            met: belongings.met.clone(),
            mails: Vec::new(),
            accounts,
            remembered: Vec::new(),
            is_agents: belongings.is_agents,
            works_here: belongings.works_here,
        };
        let in_the_way = current.in_the_way();
        if !force && in_the_way != InTheWay::default() {
            return Ok(Err(in_the_way));
        }
        let mut mails = 0_u64;
        for ticket in &current.whole {
            mails += whole_ticket(tx, ticket, now)?;
        }
        for ticket in &current.shared {
            mails += part_of_ticket(tx, ticket, &key, &limits, now)?;
        }
        for id in &current.met {
            if let Some(ticket) = tx.ticket(*id)? {
                mails += part_of_ticket(tx, &ticket, &key, &limits, now)?;
            }
        }
        for mail in &belongings.mails {
            mails += u64::from(tx.erase_mail(mail.message)?);
        }
        for account in &current.accounts {
            tx.erase_account(&account.login)?;
        }
        if !current.is_agents {
            tx.erase_letters_to(&key)?;
        }
        tx.forget_address(&belongings.address)?;
        silence_letters_that_name(tx, &key, &current.whole, &limits)?;
        let erasure = Erasure {
            at: now,
            why: WhyErased::Asked,
            tickets: (current.whole.len() + current.shared.len()) as u64,
            mails,
            accounts: current.accounts.len() as u64,
        };
        tx.note_erasure(&erasure)?;
        Ok(Ok(erasure))
    })
}

/// Whether mail of this address is the house's own, or what the web form sends for everybody.
#[must_use]
pub fn is_house(config: &Config, address: &Address) -> bool {
    let rules = super::rules::from(config, Vec::new());
    let is_form = |queue: &crate::config::Queue| queue.form_senders.contains(address);
    rules.is_own(address) || config.queues.iter().any(is_form)
}

impl Office {
    /// Erases what is older than the admin wants it kept, a little at each turn, once a day; and sees to it that nothing that was
    /// erased, here or by the command line, stays in the database's log. How much was erased.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn forget_what_is_old(
        &mut self,
        config: &Config,
        now: Timestamp,
    ) -> Result<usize, OfficeError> {
        let erased = match config.store.retention {
            Some(kept) => self.erase_older_than(kept, now)?,
            None => 0,
        };
        // Also what the command line has erased.
        for (id, erasure) in self.store.erasures_after(self.erasures_seen)? {
            let Erasure { why, tickets, mails, accounts, .. } = erasure;
            log::erased(why.word(), tickets, mails, accounts);
            self.erasures_seen = id;
        }
        if erased == 0 && self.store.is_unclean()? && self.store.checkpoint_unless_read()? {
            self.store.transaction(|tx| tx.note_clean())?;
        }
        Ok(erased)
    }

    fn erase_older_than(&mut self, kept: Span, now: Timestamp) -> Result<usize, OfficeError> {
        let last = self.store.done_daily(DAILY)?;
        if last.is_some_and(|last| last <= now && now.since(last) < Span::days(1)) {
            return Ok(0);
        }
        let kept_since = now.minus(kept);
        let tickets = self.store.closed_before(kept_since, TICKETS)?;
        let mails = self.store.old_mails_without_ticket(kept_since, MAILS)?;
        self.store.transaction(|tx| {
            let mut erased = 0_u64;
            for id in &tickets {
                let done = alone(tx, |tx| {
                    let Some(ticket) = tx.ticket(*id)? else { return Ok(()) };
                    whole_ticket(tx, &ticket, now)?;
                    erased += 1;
                    Ok(())
                });
                if let Some(error) = settled(done)? {
                    log::ticket_failed(id.0, "retention", &error);
                    tx.keep_until(*id, kept_since.plus(Span::days(1)))?;
                }
            }
            for message in &mails {
                tx.erase_mail(*message)?;
            }
            let letters = tx.erase_old_letters(kept_since, LETTERS)?;
            let done = tickets.len() + mails.len();
            if done == 0 && letters == 0 {
                tx.forget_outdated(kept_since, now)?;
                tx.note_daily(DAILY, now)?;
                return Ok(0);
            }
            if done > 0 {
                let mails = mails.len() as u64;
                tx.note_erasure(&Erasure {
                    at: now,
                    why: WhyErased::Retention,
                    tickets: erased,
                    mails,
                    accounts: 0,
                })?;
            }
            Ok(done + usize::try_from(letters).unwrap_or_default())
        })
    }
}

/// Everything on a ticket. How many mails went with it.
fn whole_ticket(tx: &Tx<'_>, ticket: &Ticket, now: Timestamp) -> Result<u64, StoreError> {
    tx.strip_history(ticket.id, erased::what)?;
    tx.rewrite_articles(ticket.id, |article| {
        Some(Article {
            author: erased::author(&article.author),
            subject: String::new(),
            text: String::new(),
            attachments: Vec::new(),
            ..article
        })
    })?;
    let mut mails = 0;
    for mail in tx.mails_of(ticket.id)? {
        mails += u64::from(tx.erase_mail(mail.message)?);
    }
    tx.erase_letters(ticket.id, None)?;
    tx.erase_around(ticket.id)?;
    let system = |what| HistoryLine { who: Who::System, what };
    if ticket.is_open() {
        tx.add_history(ticket.id, now, &system(What::Closed { outcome: Outcome::Fail }), None)?;
    }
    tx.add_history(ticket.id, now, &system(What::Erased), None)?;
    tx.save_ticket(&erased::ticket(ticket, now), None)?;
    tx.mark_erased(ticket.id, now)?;
    Ok(mails)
}

/// What of a ticket belongs to this address, where the rest is somebody else's.
fn part_of_ticket(
    tx: &Tx<'_>,
    ticket: &Ticket,
    key: &str,
    limits: &Limits,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let application = ticket.application.as_ref();
    let is_applicants =
        application.and_then(|a| a.email.as_ref()).is_some_and(|email| erased::is(email, key));
    let login = application.and_then(|a| a.login.as_deref()).filter(|_| is_applicants);
    tx.strip_history(ticket.id, |line| {
        erased::names(line, key, login).then(|| erased::what(line)).flatten()
    })?;
    tx.rewrite_articles(ticket.id, |article| {
        if erased::is_by(&article.author, key) {
            return Some(Article {
                author: erased::author(&article.author),
                subject: String::new(),
                text: String::new(),
                attachments: Vec::new(),
                ..article
            });
        }
        let (subject, text) =
            (erased::without(&article.subject, key), erased::without(&article.text, key));
        (subject.is_some() || text.is_some()).then(|| Article {
            subject: subject.unwrap_or(article.subject),
            text: text.unwrap_or(article.text),
            ..article
        })
    })?;
    let mut mails = 0;
    for mail in tx.mails_of(ticket.id)? {
        let is_theirs = match &mail.from_key {
            Some(from) if from == key => true,
            _ => tx.raw(mail.message)?.is_some_and(|raw| names(&raw, key, &[], limits)),
        };
        if is_theirs {
            mails += u64::from(tx.erase_mail(mail.message)?);
        }
    }
    tx.erase_letters(ticket.id, Some(key))?;
    let left = erased::ticket_in_part(ticket, key);
    if left != *ticket || mails > 0 {
        let line = HistoryLine { who: Who::System, what: What::Erased };
        tx.add_history(ticket.id, now, &line, None)?;
    }
    if left != *ticket {
        let due = tx.listed(ticket.number)?.and_then(|listed| listed.due);
        tx.save_ticket(&left, due)?;
    }
    Ok(mails)
}

/// Mails of ours that wait, or were given up with their content: digests, say, in which a ticket of theirs is a line.
fn silence_letters_that_name(
    tx: &Tx<'_>,
    key: &str,
    tickets: &[Ticket],
    limits: &Limits,
) -> Result<(), StoreError> {
    let mut found: Vec<OutgoingId> = Vec::new();
    tx.each_unsent(|row| {
        // An agent's words about somebody else's ticket are on their way, and so is an agent's own mail; the content goes when it is there.
        let mail = &row.mail;
        let is_theirs = |id| tickets.iter().any(|ticket| ticket.id == id);
        let is_others = mail.ticket.is_some_and(|id| !is_theirs(id));
        let is_agents = mail.agent.is_some() && erased::is(&mail.recipient, key);
        let goes_on = is_others && (mail.author.is_some() || is_agents);
        if goes_on && row.state == OutgoingState::Queued {
            return Ok(());
        }
        if let Some(StoredContent::Open { headers, body, .. }) = tx.content(row.mail.id)?
            && names(&[headers, body].concat(), key, tickets, limits)
        {
            found.push(row.mail.id);
        }
        Ok::<_, StoreError>(())
    })?;
    found.into_iter().try_for_each(|id| tx.silence(id))
}

/// Whether nobody but this address is the ticket's customer or applicant.
fn is_alone(ticket: &Ticket, key: &str) -> bool {
    let applicant = ticket.application.as_ref().and_then(|a| a.email.as_ref());
    let customer = ticket.customer.as_ref().map(|customer| &customer.address);
    applicant.into_iter().chain(customer).all(|address| erased::is(address, key))
}

/// Whether a mail names the address, or one of the tickets, whatever it is encoded in.
fn names(raw: &[u8], key: &str, tickets: &[Ticket], limits: &Limits) -> bool {
    let stands_in = |octets: &[u8]| {
        erased::stands_in(octets, key)
            || tickets.iter().any(|t| contains(octets, t.number.to_string().as_bytes()))
    };
    if stands_in(raw) {
        return true;
    }
    // What cannot be read has been looked through as it is.
    parse(raw, limits).is_ok_and(|mail: Mail| {
        let html = mail.html.as_deref().unwrap_or_default();
        let headers = mail.headers.iter().any(|(_, value)| stands_in(value.as_bytes()));
        headers
            || stands_in(mail.text.as_bytes())
            || stands_in(html.as_bytes())
            || mail.attachments.iter().any(|file| stands_in(&file.content))
    })
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}
