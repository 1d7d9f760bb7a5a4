//! `postamt check`: what is wrong with the configuration, the files it names, the servers, the templates and the people.
//! Looks only: it takes in no mail, sends none and changes nothing.

use std::path::Path;
use std::time::Duration;

use super::{Failure, Status, load, say};
use crate::config::{Config, Mailbox, Problem};
use crate::daemon::connect;
use crate::intake::Source;
use crate::letters::Letters;
use crate::store::{Store, StoreError};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Do not connect to the servers
    #[arg(long)]
    offline: bool,
}

/// A server that takes longer is as good as down.
const PATIENCE: Duration = Duration::from_secs(20);

/// One thing that was looked at.
struct Finding {
    what: String,
    /// Why it is not as it should be.
    wrong: Option<(Status, String)>,
}

impl Finding {
    fn new(what: impl Into<String>, found: Result<(), (Status, String)>) -> Self {
        Self { what: what.into(), wrong: found.err() }
    }
}

pub fn run(args: &Args, config: &Path) -> Result<(), Failure> {
    let config = load(config)?;
    let (errors, warnings): (Vec<_>, Vec<_>) =
        config.check_files().into_iter().partition(Problem::is_error);
    for warning in warnings {
        eprintln!("postamt: {warning}");
    }
    if let Some(failure) = Failure::all(errors.iter().map(Failure::from)) {
        return Err(failure);
    }
    let (queues, mailboxes) = (config.queues.len(), config.mailboxes.len());
    say(&format!("ok  {} (queues: {queues}, mailboxes: {mailboxes})\n", config.file.display()))?;
    let can_do = connect::can_do(&config).map_err(|error| (Status::Config, error.to_string()));
    let mut findings = vec![
        Finding::new("settings that this version can follow", can_do),
        templates(&config),
        people(&config),
    ];
    findings.extend(accounts(&config));
    for finding in &findings {
        report(finding)?;
    }
    for cost in costs(&config) {
        say(&format!("--  {cost}\n"))?;
    }
    if !args.offline {
        for finding in servers(&config)? {
            report(&finding)?;
            findings.push(finding);
        }
    }
    let failures = findings.into_iter().filter_map(|f| f.wrong).map(|(status, _)| status);
    match failures.reduce(|first, _| first) {
        None => Ok(()),
        // Each has been said in its place already.
        Some(status) => Err(Failure::new(status, "")),
    }
}

fn report(finding: &Finding) -> Result<(), Failure> {
    match &finding.wrong {
        None => say(&format!("ok  {}\n", finding.what)),
        Some((_, why)) => say(&format!("!!  {}: {}\n", finding.what, why.replace('\n', "\n    "))),
    }
}

fn templates(config: &Config) -> Finding {
    let folder = config.site.templates.is_dir().then_some(config.site.templates.as_path());
    let found = Letters::load(folder)
        .and_then(|letters| letters.check())
        .map_err(|e| (Status::Config, e.to_string()));
    let what = match folder {
        Some(folder) => format!("templates, with those in {}", folder.display()),
        None => "templates".to_owned(),
    };
    Finding::new(what, found)
}

/// What is right, but has its price.
fn costs(config: &Config) -> Vec<String> {
    let plain = config.queues.iter().filter(|queue| queue.subaddress.is_empty());
    plain
        .map(|queue| {
            let name = &queue.name;
            format!(
                "queue {name:?} takes no subaddress, so links carry their token in the subject\n    \
                 costs  of all links in a mail one click works, within seven days; any other is asked about first. Replies work as ever\n    \
                 do  set subaddress to what your mail server takes, if it does: \"+\" in most cases"
            )
        })
        .collect()
}

/// Where nobody works on a queue, its mail is told to the admins alone.
fn people(config: &Config) -> Finding {
    let what = "somebody works on every queue";
    if !config.store.path.exists() {
        return Finding::new(what, Err((Status::NoUser, "there are no agents yet\n  do  postamt agent add NAME --address ADDRESS --queue QUEUE".into())));
    }
    let agents = match Store::open_reader(&config.store.path).and_then(|store| store.agents()) {
        Ok(agents) => agents,
        Err(error) => return Finding::new(what, Err((Status::Temporary, error.to_string()))),
    };
    let alone = config.queues.iter().filter(|q| !agents.iter().any(|a| a.works_on(&q.name)));
    let names: Vec<&str> = alone.map(|q| q.name.as_str()).collect();
    let found = match names.as_slice() {
        [] => Ok(()),
        names => {
            let why = format!(
                "nobody works on {}; the admins are told instead\n  do  postamt agent add",
                names.join(", ")
            );
            Err((Status::NoUser, why))
        }
    };
    Finding::new(what, found)
}

/// With `agents_need_account`: whose mail would command nothing.
fn accounts(config: &Config) -> Option<Finding> {
    if !config.security.agents_need_account || !config.store.path.exists() {
        return None;
    }
    let what = "every agent has an account";
    let without = || -> Result<Vec<String>, StoreError> {
        let store = Store::open_reader(&config.store.path)?;
        let mut names = Vec::new();
        for agent in store.agents()?.into_iter().filter(|agent| agent.active) {
            let mut has_one = false;
            for address in &agent.addresses {
                has_one |= store.accounts_by_email(&address.key())?.iter().any(|a| a.active);
            }
            if !has_one {
                names.push(agent.name);
            }
        }
        Ok(names)
    };
    let found = match without() {
        Ok(names) if names.is_empty() => Ok(()),
        Ok(names) => {
            let why = format!(
                "{} without one, or with one that is suspended, can command nothing\n  do  postamt account list, or set agents_need_account = false",
                names.join(", ")
            );
            Err((Status::NoUser, why))
        }
        Err(error) => Err((Status::Temporary, error.to_string())),
    };
    Some(Finding::new(what, found))
}

fn servers(config: &Config) -> Result<Vec<Finding>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let mut findings = Vec::new();
        for mailbox in &config.mailboxes {
            findings.push(Finding::new(
                format!("mailbox {:?}", mailbox.name),
                reachable(config, mailbox).await,
            ));
        }
        let out = match connect::transport(config) {
            Err(error) => Err((Status::Config, error.to_string())),
            Ok(transport) => match tokio::time::timeout(PATIENCE, transport.probe()).await {
                Ok(probed) => probed.map_err(|why| (Status::Unavailable, why)),
                Err(_elapsed) => Err((Status::Unavailable, "no answer in time".to_owned())),
            },
        };
        findings.push(Finding::new("outgoing mail ([smtp])", out));
        findings
    }))
}

/// Logs in and looks into the inbox; takes nothing out of it.
async fn reachable(config: &Config, mailbox: &Mailbox) -> Result<(), (Status, String)> {
    let settings = connect::source(config, mailbox, None).map_err(|why| (Status::Config, why))?;
    match tokio::time::timeout(PATIENCE, settings.open()).await {
        Ok(Ok(source)) => {
            source.close().await;
            Ok(())
        }
        Ok(Err(error)) => {
            let place = &mailbox.place;
            Err((Status::Unavailable, format!("{error}\n  in  {place}")))
        }
        Err(_elapsed) => Err((Status::Unavailable, "no answer in time".to_owned())),
    }
}
