//! Watches that the story happens: what people do is done, and what must follow is waited for, with a limit, and told.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::client::{self, Outgoing};
use super::people::Person;
use super::post::{Post, Received};
use super::stage::Stage;
use super::teller::{Got, Teller, between, span};
use super::{quoted, refusal};
use crate::clock;
use crate::mail::Address;
use crate::store::{Reader, Store, StoreError};

/// A look into a Maildir or the store is cheap.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// With the pauses between them about ten seconds: on a busy machine it takes as long as it takes.
const LOOKS: u32 = 500;

#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// Somebody stopped it, or the daemon ended by itself.
    #[error("stopped before the end")]
    Stopped,
    /// What did not happen, and where one sees more.
    #[error("step {step}: {what}\n  in  {}", place.display())]
    Step { step: String, what: String, place: PathBuf },
    #[error("the mails of the demo cannot be read or written: {0}")]
    Mail(io::Error),
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub struct Story<'a> {
    pub stage: &'a Stage,
    pub post: Post,
    pub store: Reader,
    teller: Teller<'a>,
    stop: watch::Receiver<bool>,
    chapters: usize,
    step: String,
    written: u32,
    /// When the latest mail went in: what comes out is answered to it.
    cause: Option<DateTime<Utc>>,
    /// From a mail in to each mail out.
    took: Vec<TimeDelta>,
    /// That people got.
    pub mails: usize,
}

impl<'a> Story<'a> {
    /// # Errors
    /// Where the store cannot be read.
    pub fn new(
        stage: &'a Stage,
        teller: Teller<'a>,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, Broken> {
        Ok(Self {
            stage,
            post: Post::new(stage.mail()),
            store: Store::open_reader(&stage.config.store.path)?,
            teller,
            stop,
            chapters: 0,
            step: String::new(),
            written: 0,
            cause: None,
            took: Vec::new(),
            mails: 0,
        })
    }

    pub fn chapter(&mut self, title: &str) -> Result<(), Broken> {
        self.chapters += 1;
        self.step = format!("{} ({title})", self.chapters);
        self.teller.chapter(self.chapters, title).map_err(Broken::Output)
    }

    pub fn aside(&mut self, text: &str) -> Result<(), Broken> {
        self.teller.aside(text).map_err(Broken::Output)
    }

    /// Sends a first mail, as a form or a person writes it.
    pub fn writes(
        &mut self,
        who: &Person,
        what: &str,
        mail: &Outgoing,
        shown: &[&str],
    ) -> Result<(), Broken> {
        self.written += 1;
        let now = clock::now();
        let (_, domain) = who.address.split_once('@').unwrap_or_default();
        let id = format!("{}.{}@{domain}", now.0, self.written);
        let raw = mail.written(who, &id, now.0);
        self.deliver(who.address, &mail.to, &raw, what, shown)
    }

    /// Answers a mail, with the whole of it quoted below.
    pub fn answers(&mut self, who: &Person, mail: &Received, typed: &str) -> Result<(), Broken> {
        let zone = self.stage.config.site.zone;
        let answer = Outgoing::answer(mail, who, typed, zone)
            .ok_or_else(|| self.broken("the mail has no sender", mail.path.clone()))?;
        let shown: Vec<&str> = typed.lines().filter(|line| !line.is_empty()).collect();
        self.writes(who, &format!("{} answers", who.name), &answer, &shown)
    }

    /// Clicks on the link of a mail that has this in its address, and sends what opens.
    pub fn clicks(&mut self, who: &Person, mail: &Received, on: &str) -> Result<(), Broken> {
        let opened = client::links(mail)
            .iter()
            .filter_map(|link| Outgoing::click(link))
            .find(|opened| opened.body.trim() == on);
        let opened = opened.ok_or_else(|| {
            self.broken(&format!("no link in the mail writes {on:?}"), mail.path.clone())
        })?;
        let what = format!("{} clicks on the mail's button, and sends what opens", who.name);
        self.writes(who, &what, &opened, &[on])
    }

    /// The server of somebody else does not take a mail and sends it back.
    pub fn refuses(&mut self, mail: &Received, recipient: &str) -> Result<(), Broken> {
        let date = clock::now().utc().with_timezone(&self.stage.config.site.zone).to_rfc2822();
        let (sender, report) = refusal::report(mail, recipient, &date).ok_or_else(|| {
            self.broken("the mail has no envelope sender to send it back to", mail.path.clone())
        })?;
        let what = format!("{} sends it back", refusal::SERVER);
        self.deliver("", &sender, &report, &what, &[refusal::ANSWER])
    }

    fn deliver(
        &mut self,
        sender: &str,
        to: &Address,
        raw: &str,
        what: &str,
        shown: &[&str],
    ) -> Result<(), Broken> {
        let at = self.post.deliver(sender, to, raw).map_err(Broken::Mail)?;
        self.cause = Some(at);
        let at = at.with_timezone(&self.stage.config.site.zone);
        self.teller.does(at, what, shown).map_err(Broken::Output)
    }

    /// Waits for a mail and shows its headline and the passages with these words, which must be in it. A customer's mail does
    /// not say what it is: there it is the next one.
    pub fn gets(&mut self, who: &Person, event: &str, words: &[&str]) -> Result<Received, Broken> {
        let address = self.address(who)?;
        let is_wanted = |r: &Received| r.event().is_none_or(|word| word == event);
        let found =
            self.wait(|story| story.post.take(&address, is_wanted).map_err(Broken::Mail))?;
        let Some(received) = found else {
            let unread = self.post.unread(&address).map_err(Broken::Mail)?;
            let others: Vec<&str> = unread.iter().filter_map(Received::event).collect();
            let but = match others.as_slice() {
                [] => String::new(),
                others => format!(", but {}", others.join(", ")),
            };
            let what = format!("{} got no mail \"{event}\" within 10 s{but}", who.name);
            return Err(self.broken(&what, self.post.maildir(&address)));
        };
        let mut passages: Vec<String> = quoted::headline(&received.mail.text).into_iter().collect();
        for word in words {
            let passage = quoted::passage(&received.mail.text, word).ok_or_else(|| {
                let what = format!("{}'s mail \"{event}\" does not say {word:?}", who.name);
                self.broken(&what, received.path.clone())
            })?;
            if !passages.contains(&passage) {
                passages.push(passage);
            }
        }
        self.mails += 1;
        let took = self.cause.map(|cause| between(cause, received.at));
        self.took.extend(took);
        let at = received.at.with_timezone(&self.stage.config.site.zone);
        let subject = &received.mail.subject;
        let got = Got { at, who: who.name, what: event, took, subject, passages: &passages };
        self.teller.gets(&got).map_err(Broken::Output)?;
        Ok(received)
    }

    /// Waits until the store says so.
    pub fn holds(
        &mut self,
        what: &str,
        is_so: impl Fn(&Reader) -> Result<bool, StoreError>,
    ) -> Result<(), Broken> {
        let so = self.wait(|story| Ok(is_so(&story.store)?.then_some(())))?;
        if so.is_none() {
            let place = self.stage.config.store.path.clone();
            return Err(self.broken(&format!("it is not so: {what}"), place));
        }
        self.so(what)
    }

    /// What was found to be so.
    pub fn so(&mut self, what: &str) -> Result<(), Broken> {
        self.teller.holds(what).map_err(Broken::Output)
    }

    fn wait<T>(
        &mut self,
        mut look: impl FnMut(&mut Self) -> Result<Option<T>, Broken>,
    ) -> Result<Option<T>, Broken> {
        for _ in 0..LOOKS {
            if let Some(found) = look(self)? {
                return Ok(Some(found));
            }
            if *self.stop.borrow() {
                return Err(Broken::Stopped);
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(None)
    }

    pub fn address(&self, who: &Person) -> Result<Address, Broken> {
        let wrong = || self.broken(&format!("{} is no address", who.address), PathBuf::new());
        Address::parse(who.address).ok_or_else(wrong)
    }

    pub fn broken(&self, what: &str, place: PathBuf) -> Broken {
        Broken::Step { step: self.step.clone(), what: what.to_owned(), place }
    }

    /// From a mail in to the mails out, as half of them took no longer.
    pub fn pace(&self) -> String {
        let mut took = self.took.clone();
        took.sort();
        span(took.get(took.len() / 2).copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::{ANNA, LENA};
    use super::*;
    use crate::mail::Timestamp;

    /// A story without a daemon: nobody ever answers.
    fn alone(told: impl FnOnce(&mut Story<'_>) -> Result<(), Broken>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let stage = Stage::build(folder.path(), Timestamp(1_795_000_000)).unwrap();
        let (stop, stopped) = watch::channel(true);
        let mut out = Vec::new();
        let mut story = Story::new(&stage, Teller::new(&mut out, false), stopped).unwrap();
        story.chapter("Lena applies").unwrap();
        let broken = told(&mut story).unwrap_err().to_string();
        drop(stop);
        broken.replace(&folder.path().display().to_string(), "DIR")
    }

    #[test]
    fn who_stops_it_does_not_wait_for_what_is_missing() {
        let broken = alone(|story| story.gets(&ANNA, "new-ticket", &[]).map(drop));
        assert_eq!(broken, "stopped before the end");
    }

    #[test]
    fn a_broken_step_is_told_with_the_place_to_look_at() {
        for (said, expected) in [
            (
                "Guten Tag",
                "step 1 (Lena applies): Lena Hoffmann's mail \"letter\" does not say \"Passwort\"",
            ),
            ("Passwort", "step 1 (Lena applies): no link in the mail writes \"#close\""),
        ] {
            let broken = alone(|story| {
                let lena = story.address(&LENA)?;
                for part in ["tmp", "new"] {
                    std::fs::create_dir_all(story.post.maildir(&lena).join(part)).unwrap();
                }
                let raw = format!("From: antrag@example.org\n\n{said}\n");
                story.post.deliver("", &lena, &raw).map_err(Broken::Mail)?;
                let mail = story.gets(&LENA, "letter", &["Passwort"])?;
                story.clicks(&LENA, &mail, "#close")
            });
            assert_eq!(
                broken,
                format!("{expected}\n  in  DIR/mail/lena@example.net/new/0001.demo")
            );
        }
    }
}
