//! `postamt inspect`: how a mail would be understood, and why. Needs no installation; where there is a configuration, its hook and its
//! limits count.

mod auth;
mod explain;
mod input;
mod progress;

use std::io::{IsTerminal, Write};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use self::auth::{Auth, Signer};
use self::explain::{Line, explained, margin};
use self::progress::Progress;
use super::print::{Ended, facts, json_line, text_of, to_stdout};
use super::{DEFAULT_CONFIG, Failure, load};
use crate::config::Config;
use crate::desk::answer::{Problem, Refusal};
use crate::desk::command_line::{TypedCommand, read_through};
use crate::desk::people::Language;
use crate::desk::subject_tag;
use crate::mail::understood::{Understood, understand};
use crate::mail::{Bounce, Class, Limits};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Mails as they came, mbox files, Maildirs; none or `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Every line of the text with what it was taken for: new, quoted, signature, command, ...
    #[arg(long)]
    explain: bool,
}

pub fn run(args: &Args, config: &Path) -> Result<(), Failure> {
    let setting = Setting::of(config)?;
    let standard_input = [PathBuf::from("-")];
    let files = if args.files.is_empty() { &standard_input } else { args.files.as_slice() };
    let show = Show::of(args, files);
    let progress = Progress::over(files);
    let mut failures = Vec::new();
    let printed = to_stdout(|out| {
        for file in files {
            let told = input::mails(file, setting.limits.size_octets, &mut |found| {
                let inspection = inspect(&found.file, found.raw, &setting, args.explain);
                progress.after(found.raw.len(), || inspection.print(&show, out))
            })?;
            failures.extend(told);
        }
        Ok(())
    });
    progress.end();
    printed?;
    Failure::all(failures).map_or(Ok(()), Err)
}

/// How it is printed.
struct Show {
    json: bool,
    in_colour: bool,
    /// Whether somebody waits for each mail: at a terminal, or a program that writes to our standard input.
    at_once: bool,
}

impl Show {
    fn of(args: &Args, files: &[PathBuf]) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            json: args.json,
            in_colour: is_terminal && !no_colour,
            at_once: is_terminal || files.iter().any(|file| file == Path::new("-")),
        }
    }
}

/// What of a configuration counts here.
struct Setting {
    hook: String,
    limits: Limits,
    authserv_id: Option<String>,
    /// Where there is a store, too, the keys that were registered there.
    signers: Vec<Signer>,
}

impl Setting {
    /// Without a configuration, the defaults; a wrong one is an error only where it was asked for.
    fn of(file: &Path) -> Result<Self, Failure> {
        let is_default = file == Path::new(DEFAULT_CONFIG);
        let config = if is_default { Config::load(file).ok() } else { Some(load(file)?) };
        Ok(config.map_or_else(Self::default, |config| Self {
            hook: config.site.hook.clone(),
            limits: limits(&config),
            authserv_id: config.security.authserv_id.clone(),
            signers: auth::signers(&config.store.path).unwrap_or_default(),
        }))
    }
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            hook: "Ticket".to_owned(),
            limits: Limits::default(),
            authserv_id: None,
            signers: Vec::new(),
        }
    }
}

/// In the configuration 0 is no limit.
fn limits(config: &Config) -> Limits {
    let of = |most: u64| match usize::try_from(most) {
        Ok(0) | Err(_) => usize::MAX,
        Ok(most) => most,
    };
    Limits {
        size_octets: of(config.limits.size_octets),
        attachment_octets: of(config.limits.attachment_octets),
        parts: of(config.limits.parts.into()),
        depth: of(config.limits.depth.into()),
        ..Limits::default()
    }
}

fn inspect(file: &str, raw: &[u8], setting: &Setting, explain: bool) -> Inspection {
    let file = file.to_owned();
    // The parsers below are not ours. Should one of them panic on a crafted mail, that mail is unparsable, and the next one has its turn.
    match catch_unwind(|| understand(raw, &setting.limits)) {
        Ok(Ok(understood)) => {
            let mut auth = Auth::of(raw, &understood.mail, setting.authserv_id.as_deref());
            auth.look_at_signature(raw, &understood.mail, &setting.signers);
            Inspection::of(file, &understood, auth, &setting.hook, explain)
        }
        Ok(Err(over)) => Inspection::unparsable(file, over.to_string(), explain),
        Err(_) => Inspection::unparsable(
            file,
            "reading it ended in a fault: please report this mail".to_owned(),
            explain,
        ),
    }
}

/// One mail as `--json` prints it where there is no configuration, without the line's end. What is fuzzed.
#[must_use]
pub fn json(raw: &[u8]) -> String {
    let inspection = inspect("-", raw, &Setting::default(), false);
    serde_json::to_string(&inspection).unwrap_or_default()
}

/// A mail as `--json` prints it. What there is none of is null where it refers to something, else empty.
#[derive(Debug, Serialize)]
struct Inspection {
    file: String,
    class: &'static str,
    /// The address of the first From.
    from: String,
    subject: String,
    /// The number in the subject's tag.
    ticket: Option<String>,
    new_text: String,
    /// Whoever sent them.
    commands: Vec<CommandLine>,
    bounce: Option<BounceLine>,
    auth: Auth,
    why: Vec<String>,
    /// With `--explain`: the whole text.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<Line>>,
}

#[derive(Debug, Serialize)]
struct CommandLine {
    name: &'static str,
    /// The words behind the name, as typed.
    args: Vec<String>,
}

#[derive(Debug, Serialize)]
struct BounceLine {
    recipients: Vec<RecipientLine>,
    original_message_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct RecipientLine {
    address: String,
    action: &'static str,
    /// Empty: none is known.
    status: String,
}

impl Inspection {
    fn of(file: String, understood: &Understood, auth: Auth, hook: &str, explain: bool) -> Self {
        let (mail, new) = (&understood.mail, &understood.new_text);
        let from = mail.from.first().map(|from| &from.address).filter(|from| !from.is_nobody());
        let (typed, problems) = read_through(&new.blocks, new.last_block_follows_quote);
        let mut why = understood.classified.why.clone();
        why.extend(mail.defects.iter().cloned());
        why.extend(problems.iter().map(in_words_of));
        Self {
            file,
            class: understood.classified.class.as_str(),
            from: from.map(ToString::to_string).unwrap_or_default(),
            subject: mail.subject.clone(),
            ticket: subject_tag::find(&mail.subject, hook).map(|number| number.to_string()),
            new_text: new.text.clone(),
            commands: typed.commands.iter().map(CommandLine::of).collect(),
            bounce: understood.bounce.as_ref().map(BounceLine::of),
            auth,
            why,
            lines: explain.then(|| explained(&mail.text, new, &typed, &problems)),
        }
    }

    fn unparsable(file: String, why: String, explain: bool) -> Self {
        Self {
            file,
            class: Class::Unparsable.as_str(),
            from: String::new(),
            subject: String::new(),
            ticket: None,
            new_text: String::new(),
            commands: Vec::new(),
            bounce: None,
            auth: Auth::not_checked(),
            why: vec![why],
            lines: explain.then(Vec::new),
        }
    }

    fn print(&self, show: &Show, out: &mut dyn Write) -> Result<(), Ended> {
        if show.json {
            json_line(out, self)?;
        } else {
            writeln!(out, "{}", self.page(show.in_colour))?;
        }
        if show.at_once {
            out.flush()?;
        }
        Ok(())
    }

    fn page(&self, in_colour: bool) -> String {
        let commands: Vec<String> = self.commands.iter().map(CommandLine::typed).collect();
        let mut about = vec![
            ("class", self.class.to_owned()),
            ("why", self.why.join("\n")),
            ("from", self.from.clone()),
            ("subject", self.subject.clone()),
            ("ticket", self.ticket.clone().unwrap_or_default()),
            ("commands", commands.join("\n")),
            ("proof", self.auth.why.join("\n")),
        ];
        if let Some(bounce) = &self.bounce {
            let recipients: Vec<String> =
                bounce.recipients.iter().map(RecipientLine::words).collect();
            about.push(("came back", recipients.join("\n")));
            about.push(("message id", bounce.original_message_id.clone().unwrap_or_default()));
        }
        let head = format!("{}\n{}", text_of(&self.file), facts(&about));
        if let Some(lines) = &self.lines {
            return format!("{head}  text\n{}", margin(lines, in_colour));
        }
        let text: String = text_of(&self.new_text)
            .lines()
            .map(|line| format!("  | {line}").trim_end().to_owned() + "\n")
            .collect();
        let text = if text.is_empty() { "  -\n" } else { &text };
        format!("{head}  new text\n{text}")
    }
}

impl CommandLine {
    fn of(command: &TypedCommand) -> Self {
        let args = command.typed.split_whitespace().skip(1).map(str::to_owned).collect();
        Self { name: command.spec.name, args }
    }

    fn typed(&self) -> String {
        format!("#{} {}", self.name, self.args.join(" ")).trim_end().to_owned()
    }
}

impl BounceLine {
    fn of(bounce: &Bounce) -> Self {
        let recipients = bounce.recipients.iter().map(|recipient| RecipientLine {
            address: recipient.address.clone(),
            action: recipient.action.as_str(),
            status: recipient.status.map(|status| status.to_string()).unwrap_or_default(),
        });
        Self {
            recipients: recipients.collect(),
            original_message_id: bounce.original_message_id.as_ref().map(ToString::to_string),
        }
    }
}

impl RecipientLine {
    fn words(&self) -> String {
        format!("{} {} {}", self.address, self.action, self.status).trim_end().to_owned()
    }
}

/// `line 1, #clsoe: no such command; "close" is near`
fn in_words_of(problem: &Problem) -> String {
    let why = match &problem.refusal {
        Refusal::Unknown { nearest: Some(near) } => format!("no such command; {near:?} is near"),
        Refusal::Unknown { nearest: None } => "no such command".to_owned(),
        Refusal::Expected { what, .. } => format!("expected {}", what.get(Language::En)),
        Refusal::NotYet { instead } => format!("not yet done; {}", instead.get(Language::En)),
        Refusal::AfterState => "stands behind a command that ends in a state".to_owned(),
        _ => "cannot be done".to_owned(),
    };
    format!("line {}, {}: {why}", problem.line, problem.typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(mail: &str) -> String {
        let inspection = inspect("a.eml", mail.as_bytes(), &Setting::default(), false);
        serde_json::to_string(&inspection).unwrap()
    }

    #[test]
    fn a_reply_shows_its_commands_and_what_was_wrong_with_others() {
        let mail = "From: Anna <anna@example.org>\nMessage-ID: <a@example.org>\nSubject: Re: [Ticket#2026112300000014] x\n\n\
            #Close  success quiet\n#lokc\nBye\n\nOn Mon, 23 Nov 2026 at 12:00, Jo <jo@example.net> wrote:\n> #lock\n";
        insta::assert_snapshot!(json(mail), @r##"{"file":"a.eml","class":"human","from":"anna@example.org","subject":"Re: [Ticket#2026112300000014] x","ticket":"2026112300000014","new_text":"#Close  success quiet\n#lokc\nBye","commands":[{"name":"close","args":["success","quiet"]}],"bounce":null,"auth":{"way":null,"agent":null,"why":["not checked: that needs the agents and the key of a running installation"]},"why":["nothing says that a machine wrote it","no usable Date","line 2, #lokc: no such command; \"lock\" is near"]}"##);
    }

    #[test]
    fn what_is_over_a_limit_is_unparsable_and_says_why() {
        let limits = Limits { size_octets: 10, ..Limits::default() };
        let setting = Setting { limits, ..Setting::default() };
        let inspection = inspect("-", b"Subject: longer\n\nx\n", &setting, false);
        assert_eq!(inspection.class, "unparsable");
        assert!(inspection.why.concat().contains("size"), "{:?}", inspection.why);
    }

    #[test]
    fn a_person_reads_it_as_a_page() {
        let mail =
            "From: jo@example.net\nMessage-ID: <a@example.net>\nSubject: Hi\n\nOne\n\nTwo\x1b[2J\n";
        let inspection = inspect("a.eml", mail.as_bytes(), &Setting::default(), false);
        insta::assert_snapshot!(inspection.page(false), @r"
        a.eml
          class     human
          why       nothing says that a machine wrote it
                    no usable Date
          from      jo@example.net
          subject   Hi
          ticket    -
          commands  -
          proof     not checked: that needs the agents and the key of a running installation
          new text
          | One
          |
          | Two[2J
        ");
    }
}
