//! `postamt customer export|erase`: what is stored about a person, for that person; and its end. What belongs to them is decided in
//! `office`; the files of an export are `customer_files`.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::customer_files;
use super::print::{self, facts, json_line};
use super::times::Clock;
use super::{Failure, Status, open_reader, open_store, say};
use crate::config::Config;
use crate::desk::Ticket;
use crate::mail::Address;
use crate::office::erase::{self, Belongings, InTheWay};
use crate::office::export;
use crate::store::{Reader, Store};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Write down what is stored about somebody, to be handed to them (GDPR, articles 15 and 20)
    Export(Export),
    /// Erase what is stored about somebody (GDPR, article 17); numbers, states and times of tickets stay
    Erase(Erase),
}

#[derive(Debug, clap::Args)]
pub struct Export {
    /// The person's mail address
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// A folder that is new or empty; without it one named after the address
    #[arg(long, value_name = "DIR", conflicts_with = "json")]
    to: Option<PathBuf>,
    /// One JSON object a line to standard output, and no files
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Erase {
    /// The person's mail address
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Also where a ticket of theirs is open, which is closed then, or an account active, which goes, too
    #[arg(long)]
    force: bool,
    /// Without asking
    #[arg(long)]
    yes: bool,
    /// What was erased as one JSON object
    #[arg(long, requires = "yes")]
    json: bool,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::Export(args) => export(args, config),
        Command::Erase(args) => erase(args, config),
    }
}

fn export(args: &Export, config: &Path) -> Result<(), Failure> {
    let address = address(&args.address)?;
    let (config, reader) = open_reader(config)?;
    let theirs = known(&reader, &config, &address)?;
    if args.json {
        return print::to_stdout(|out| {
            export::export(&reader, &config, &theirs, |record, _| json_line(out, &record))
        });
    }
    let folder = args.to.clone().unwrap_or_else(|| customer_files::folder_for(&address));
    let mails = customer_files::write(&folder, &reader, &config, &theirs)?;
    let shown = folder.display();
    say(&format!(
        "What is stored about {address} lies in {shown}: about.txt to read, data.jsonl for programs, and {mails} of their mails.\n\
         Read it before you hand it over; then delete it: it is not erased with the rest.\n"
    ))
}

fn erase(args: &Erase, config: &Path) -> Result<(), Failure> {
    let address = address(&args.address)?;
    let (config, mut store) = open_store(config)?;
    let theirs = known(&store, &config, &address)?;
    if !args.json {
        say(&plan(&theirs, &config))?;
    }
    let in_the_way = theirs.in_the_way();
    if !args.force && in_the_way != InTheWay::default() {
        return Err(refused(&address, &in_the_way));
    }
    if !args.yes && !confirmed()? {
        return say("Nothing was erased.\n");
    }
    let clock = Clock::of(&config);
    let erased = erase::erase(&mut store, &config, &theirs, args.force, clock.now)?
        .map_err(|in_the_way| refused(&address, &in_the_way))?;
    match store.checkpoint()? {
        true => store.transaction(|tx| tx.note_clean())?,
        false => eprintln!(
            "postamt: somebody was reading the database: what was erased still stands in {}-wal, and is gone from it once they have ended. \
             A running daemon sees to that by itself; without one the next command that writes does.",
            config.store.path.display()
        ),
    }
    if args.json {
        return print::to_stdout(|out| json_line(out, &Erased::of(&erased)));
    }
    let elsewhere = store.tickets_that_name(&address.key())?;
    say(&outcome(&erased, &elsewhere, &store)?)
}

/// What was erased, as `--json` prints it.
#[derive(Debug, serde::Serialize)]
struct Erased {
    tickets: u64,
    mails: u64,
    accounts: u64,
}

impl Erased {
    fn of(erasure: &crate::store::Erasure) -> Self {
        Self { tickets: erasure.tickets, mails: erasure.mails, accounts: erasure.accounts }
    }
}

fn address(text: &str) -> Result<Address, Failure> {
    let wrong = || Failure::new(Status::Usage, format!("{text:?} is no mail address"));
    Address::parse(text).filter(|address| !address.is_nobody()).ok_or_else(wrong)
}

/// # Errors
/// Where nothing is known of the address, or it is no customer's.
fn known(reader: &Reader, config: &Config, address: &Address) -> Result<Belongings, Failure> {
    if erase::is_house(config, address) {
        let what = format!("{address} is an address of the house: all of its mail would be meant");
        return Err(Failure::new(Status::Usage, what));
    }
    let theirs = Belongings::of(reader, config, address)?;
    if theirs.is_empty() {
        let what = format!("nothing is stored about {address}");
        return Err(Failure::new(Status::NoUser, what)
            .with_remedy("try the other addresses that the person writes from"));
    }
    Ok(theirs)
}

fn refused(address: &Address, in_the_way: &InTheWay) -> Failure {
    let mut why = Vec::new();
    if !in_the_way.open.is_empty() {
        let numbers: Vec<String> = in_the_way.open.iter().map(ToString::to_string).collect();
        why.push(format!("ticket {} is open", numbers.join(", ")));
    }
    if !in_the_way.active.is_empty() {
        why.push(format!("account {} is active", in_the_way.active.join(", ")));
    }
    let what = format!("nothing of {address} was erased: {}", why.join(", and "));
    Failure::new(Status::Data, what).with_remedy(
        "close the ticket and suspend the account first; or --force, which closes and erases them",
    )
}

/// # Errors
/// Where nobody can be asked.
fn confirmed() -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::new(Status::Usage, "there is nobody to ask whether this is meant")
            .with_remedy("read the above; then again with --yes"));
    }
    eprint!("This cannot be taken back. Erase it? Type yes: ");
    io::stderr().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == "yes")
}

/// What will be done, before it is.
fn plan(theirs: &Belongings, config: &Config) -> String {
    let numbers = |tickets: &[Ticket]| -> String {
        tickets.iter().map(|t| t.number.to_string()).collect::<Vec<_>>().join(", ")
    };
    let count = |n: usize| if n == 0 { String::new() } else { n.to_string() };
    let accounts: Vec<String> = theirs
        .accounts
        .iter()
        .map(|a| format!("{} ({})", a.login, if a.active { "active" } else { "suspended" }))
        .collect();
    let remembered: Vec<String> =
        theirs.remembered.iter().map(|(what, times)| format!("{times} x {what}")).collect();
    let lines = [
        ("tickets", numbers(&theirs.whole)),
        (
            if theirs.works_here { "stay, as they work here" } else { "in part" },
            numbers(&theirs.shared),
        ),
        ("on others' tickets", count(theirs.met.len())),
        ("mails without ticket", count(theirs.mails.len())),
        ("accounts", accounts.join(", ")),
        ("remembered", remembered.join("\n")),
    ];
    let there: Vec<(&str, String)> =
        lines.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let folders: Vec<String> =
        config.mailboxes.iter().map(|mailbox| format!("of {}", mailbox.name)).collect();
    format!(
        "What will be erased of {}:\n\n{}\n\
         Numbers, states and times of the tickets stay, and so does what a mail is recognised by: it is not taken in again.\n\
         Letters to them that wait are not sent. Out of reach, and to be deleted by you: the mails themselves in the folders for what was\n\
         processed ({}), backups and exports.\n",
        theirs.address,
        facts(&there),
        folders.join(", "),
    )
}

fn outcome(
    erased: &crate::store::Erasure,
    elsewhere: &[crate::desk::TicketId],
    store: &Store,
) -> Result<String, Failure> {
    let mut text = format!(
        "Erased. Tickets: {}, mails: {}, accounts: {}.\n",
        erased.tickets, erased.mails, erased.accounts
    );
    let mut numbers = Vec::new();
    for id in elsewhere {
        numbers.extend(store.ticket(*id)?.map(|ticket| ticket.number.to_string()));
    }
    if !numbers.is_empty() {
        text.push_str(&format!(
            "What other people wrote on their own tickets still names the address: {}.\n",
            numbers.join(", ")
        ));
    }
    Ok(text)
}
