//! The story itself, as it is told: three applications, two agents, and what becomes of them.

use tokio::sync::watch;

use super::client::Outgoing;
use super::people::{AGENTS, ANNA, FORM, JENS, LENA, MARY, PAUL, Person, READERS};
use super::stage::Stage;
use super::story::{Broken, Story};
use super::teller::Teller;
use crate::desk::application::Step;
use crate::desk::ticket::{Outcome, State};
use crate::desk::{Number, Ticket};
use crate::mail::Address;
use crate::store::{Listing, Reader, StoreError, Which};

const QUEUE: &str = "antrag@example.org";
const QUICK_QUEUE: &str = "onno@example.org";

/// What there is at the end.
pub struct Balance {
    /// Of the application that went well.
    pub ticket: Number,
    pub tickets: usize,
    pub accounts: usize,
    /// Mails that people got.
    pub mails: usize,
    pub pace: String,
}

/// Plays all of it while the daemon runs on this stage; `stop` becomes true where it has to end early.
///
/// # Errors
/// The first thing that did not happen.
pub fn play<'a>(
    stage: &'a Stage,
    teller: Teller<'a>,
    stop: watch::Receiver<bool>,
) -> Result<Balance, Broken> {
    let mut story = Story::new(stage, teller, stop)?;
    welcome(&mut story)?;
    all_goes_well(&mut story)?;
    no_such_address(&mut story)?;
    an_agent_sleeps(&mut story)?;
    balance(&mut story)
}

fn welcome(story: &mut Story<'_>) -> Result<(), Broken> {
    story.chapter("Two agents are authorised, each welcomed in their own language")?;
    story.gets(&ANNA, "welcome", &[])?;
    story.gets(&JENS, "welcome", &[])?;
    Ok(())
}

fn all_goes_well(story: &mut Story<'_>) -> Result<(), Broken> {
    story.chapter("An application comes in by the web form")?;
    let reason = "Ich möchte im Rundbrief über die Gezeiten schreiben.";
    let form = form(&LENA, "lhoffmann", reason);
    story.writes(
        &FORM,
        "Lena Hoffmann fills in the form",
        &to(story, QUEUE, "Antrag", &form)?,
        &[reason],
    )?;
    let new = story.gets(&ANNA, "new-ticket", &["Gezeiten", "#verify"])?;
    story.gets(&JENS, "new-ticket", &["#verify"])?;

    story.chapter("Anna takes it: a command on the first line, and a word of her own")?;
    story.answers(&ANNA, &new, "#verify\n\nHallo Lena, Gezeiten haben uns noch gefehlt!")?;
    let asked = story.gets(&LENA, "verification", &["Gezeiten", "Ja, das bin ich"])?;
    story.gets(&ANNA, "receipt", &["#verify"])?;
    story.gets(&JENS, "taken", &[])?;

    story.chapter("Lena says yes, and has her account")?;
    story.answers(&LENA, &asked, "Ja, das bin ich.")?;
    story.gets(&LENA, "credentials", &["lhoffmann", "news.example.org"])?;
    let confirmed = story.gets(&ANNA, "confirmed", &["lhoffmann", "#close success"])?;
    story.holds("the account lhoffmann is there and active", |store| {
        Ok(store
            .account("lhoffmann")?
            .is_some_and(|a| a.active && a.email.as_str() == LENA.address))
    })?;

    story.chapter("Anna closes it with one click")?;
    story.clicks(&ANNA, &confirmed, "#close success")?;
    story.gets(&ANNA, "receipt", &["#close success"])?;
    story.holds("the ticket is closed with success", |store| {
        is(store, &LENA, |ticket| {
            matches!(ticket.state, State::Closed { outcome: Outcome::Success, .. })
                && step(ticket) == Some(Step::CredentialsSent)
        })
    })
}

fn no_such_address(story: &mut Story<'_>) -> Result<(), Broken> {
    story.chapter("An application with an address that nobody has")?;
    let reason = "Ich lese seit Jahren mit und möchte mitschreiben.";
    let form = form(&PAUL, "pkrueger", reason);
    story.writes(
        &FORM,
        "Paul Krüger fills in the form",
        &to(story, QUEUE, "Antrag", &form)?,
        &[PAUL.address],
    )?;
    story.gets(&ANNA, "new-ticket", &[])?;
    let new = story.gets(&JENS, "new-ticket", &[PAUL.address])?;
    story.answers(&JENS, &new, "#verify")?;
    story.gets(&JENS, "receipt", &["#verify"])?;
    story.gets(&ANNA, "taken", &[])?;
    let lost = story.gets(&PAUL, "verification", &[])?;
    story.aside("The demo plays the mail server that does not know him.")?;
    story.refuses(&lost, PAUL.address)?;
    story.gets(&JENS, "bounce", &["5.1.1"])?;
    story.holds("there is no account, and the application waits for another address", |store| {
        let waits = is(store, &PAUL, |t| t.is_open() && step(t) == Some(Step::Bounced))?;
        Ok(waits && store.account("pkrueger")?.is_none())
    })
}

fn an_agent_sleeps(story: &mut Story<'_>) -> Result<(), Broken> {
    story.chapter("Jens takes the third and falls asleep (a lock lasts 4 s here, not 12 h)")?;
    let reason = "I play the accordion and write about it.";
    let body = format!("Name: Mary Ward\nLogin: mward\nLanguage: English\nReason: {reason}\n");
    let mail = to(story, QUICK_QUEUE, "An account, please", &body)?;
    story.writes(&MARY, "Mary Ward writes straight from her own address", &mail, &[reason])?;
    story.gets(&MARY, "acknowledgement", &[])?;
    story.gets(&ANNA, "new-ticket", &[])?;
    let new = story.gets(&JENS, "new-ticket", &["accordion"])?;
    story.answers(&JENS, &new, "#lock")?;
    story.gets(&JENS, "receipt", &["#lock"])?;
    story.gets(&ANNA, "taken", &[])?;
    story.aside("Jens is asleep ...")?;
    story.gets(&JENS, "release-soon", &[])?;
    story.gets(&JENS, "released", &[])?;
    story.gets(&ANNA, "released", &[])?;
    story.holds("the application is free for everybody again", |store| {
        is(store, &MARY, |ticket| ticket.is_open() && ticket.lock.is_none())
    })
}

/// What must be so at the end, and how much of it there is.
fn balance(story: &mut Story<'_>) -> Result<Balance, Broken> {
    story.chapter("The books")?;
    story.holds("nothing waits in the outbox, nothing lies in quarantine", |store| {
        let figures = store.outbox_figures()?;
        Ok(figures.queued == 0 && figures.failed == 0 && store.quarantine()?.is_empty())
    })?;
    nothing_else_came(story)?;
    nothing_leaked(story)?;
    let tickets = all(&story.store)?;
    let lena = tickets.iter().find(|t| t.called() == LENA.name).map(|t| t.number);
    let ticket = lena.unwrap_or(Number(0));
    Ok(Balance {
        ticket,
        tickets: tickets.len(),
        accounts: story.store.accounts()?.len(),
        mails: story.mails,
        pace: story.pace(),
    })
}

fn nothing_else_came(story: &mut Story<'_>) -> Result<(), Broken> {
    let mut addresses = vec![story.stage.config.site.postmaster.clone()];
    for person in READERS {
        addresses.push(story.address(person)?);
    }
    for address in &addresses {
        let unread = story.post.unread(address).map_err(Broken::Mail)?;
        // Who works on two queues is welcomed to each.
        if let Some(more) = unread.iter().find(|mail| mail.event() != Some("welcome")) {
            let what = format!("{address} got a mail that nobody expected");
            return Err(story.broken(&what, more.path.clone()));
        }
    }
    story.so("nobody got a mail that is not told here")
}

fn nothing_leaked(story: &mut Story<'_>) -> Result<(), Broken> {
    for person in [&LENA, &PAUL, &MARY] {
        for received in story.post.all(&story.address(person)?).map_err(Broken::Mail)? {
            let text = String::from_utf8_lossy(&received.raw);
            if let Some(agent) = AGENTS.iter().find(|agent| text.contains(agent.address)) {
                let what = format!("{} reads {}'s own address", person.name, agent.name);
                return Err(story.broken(&what, received.path.clone()));
            }
        }
    }
    story.so("no applicant ever saw an agent's own address")
}

/// As the form on the site sends it.
fn form(who: &Person, login: &str, reason: &str) -> String {
    format!("Name: {}\nE-Mail: {}\nLogin: {login}\nBegründung: {reason}\n", who.name, who.address)
}

fn to(story: &Story<'_>, queue: &str, subject: &str, body: &str) -> Result<Outgoing, Broken> {
    let address = Address::parse(queue)
        .ok_or_else(|| story.broken(&format!("{queue} is no address"), Default::default()))?;
    Ok(Outgoing::first(address, subject, body))
}

fn all(store: &Reader) -> Result<Vec<Ticket>, StoreError> {
    let listed = store.list(&Listing { queues: None, which: Which::Every, limit: 100 })?;
    Ok(listed.into_iter().map(|listed| listed.ticket).collect())
}

/// Whether the ticket of this applicant is so.
fn is(store: &Reader, who: &Person, so: impl Fn(&Ticket) -> bool) -> Result<bool, StoreError> {
    Ok(all(store)?.iter().any(|ticket| ticket.called() == who.name && so(ticket)))
}

fn step(ticket: &Ticket) -> Option<Step> {
    ticket.application.as_ref().map(|application| application.step)
}
