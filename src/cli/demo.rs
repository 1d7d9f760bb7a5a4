//! `postamt demo [DIR]`: the daemon, as it is, among people who are played. Everything stays in the one folder.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use super::run::{failure as of_daemon, wait_for_signal};
use super::{Failure, Status, say};
use crate::daemon;
use crate::demo::{Balance, Broken, Stage, StageError, Teller, play};
use crate::{clock, log};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder for it, new or empty [default: a new postamt-demo-DATE-TIME]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let now = clock::now();
    let folder = args.folder.clone().unwrap_or_else(|| {
        now.utc()
            .with_timezone(&chrono::Local)
            .format("postamt-demo-%Y%m%d-%H%M%S")
            .to_string()
            .into()
    });
    let stage = Stage::build(&folder, now)?;
    log::to_file(&stage.log()).map_err(|error| {
        Failure::new(
            Status::CannotCreate,
            format!("cannot make {}: {error}", stage.log().display()),
        )
    })?;
    say(&opening(&folder))?;

    let (stop, stopped) = watch::channel(false);
    let interrupted = stop.clone();
    spawn("signals", move || wait_for_signal(&interrupted))?;
    let (config, daemon_stopped, ended) = (stage.config.clone(), stopped.clone(), stop.clone());
    let daemon = spawn("daemon", move || {
        let outcome = daemon::run(config, daemon_stopped);
        // Without it nothing more will happen: the play need not wait.
        ended.send_replace(true);
        outcome
    })?;
    let mut out = std::io::stdout();
    let styled = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let played = play(&stage, Teller::new(&mut out, styled), stopped);
    stop.send_replace(true);
    let crashed = || Failure::new(Status::Software, "the daemon crashed").with_remedy(look(&stage));
    daemon.join().map_err(|_| crashed())?.map_err(of_daemon)?;
    match played {
        Ok(balance) => say(&closing(&folder, &balance)),
        Err(broken) => Err(failure(&broken, &stage)),
    }
}

fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<std::thread::JoinHandle<T>, Failure> {
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map_err(|error| Failure::new(Status::Os, format!("no thread can be made: {error}")))
}

fn opening(folder: &Path) -> String {
    format!(
        "Three applications, two agents, and the daemon as it is. Nothing leaves this
machine: all mail lies in {}.
",
        folder.display()
    )
}

fn closing(folder: &Path, balance: &Balance) -> String {
    let Balance { ticket, tickets, accounts, mails, pace } = balance;
    let (program, dir) = (program(), quoted(folder));
    let file = quoted(&folder.join("postamt.toml"));
    format!(
        "
Everything happened: {tickets} applications, {accounts} account, {mails} mails. Half of the mails came
within {pace} of what they answer (a Maildir is looked at 5 times a second).

Read the mails as people did:
  mutt -f {dir}/mail/anna@agents.example
  mutt -f {dir}/mail/lena@example.net

Look behind the counter:
  {program} --config {file} ticket list --all
  {program} --config {file} ticket show {ticket}
  {program} --config {file} account list

What the daemon said is in {dir}/postamt.log.
"
    )
}

/// As it was called, so that the lines can be copied.
fn program() -> String {
    std::env::args().next().map_or_else(|| "postamt".to_owned(), |name| quoted(Path::new(&name)))
}

/// For a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+@".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn look(stage: &Stage) -> String {
    format!("read what the daemon says in {}", stage.log().display())
}

fn failure(broken: &Broken, stage: &Stage) -> Failure {
    let status = match broken {
        Broken::Stopped => {
            let left =
                format!("stopped; what there was by then lies in {}", stage.folder.display());
            return Failure::new(Status::Temporary, left);
        }
        Broken::Step { .. } | Broken::Store(_) => Status::Software,
        Broken::Mail(_) | Broken::Output(_) => Status::Io,
    };
    Failure::new(status, broken.to_string()).with_remedy(look(stage))
}

impl From<StageError> for Failure {
    fn from(error: StageError) -> Self {
        match &error {
            StageError::NotEmpty(_) | StageError::CannotMake { .. } => {
                Self::new(Status::CannotCreate, error.to_string())
                    .with_remedy("name another folder: postamt demo DIR")
            }
            StageError::Configuration(_) | StageError::Office(_) => {
                Self::new(Status::Software, error.to_string())
            }
        }
    }
}
