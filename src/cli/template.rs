//! `postamt template list|show|check|render`: the wording of all mails, and how they look.

use std::path::Path;

use serde::Serialize;

use super::print::{self, Row};
use super::times::Clock;
use super::{Failure, Status, load, say};
use crate::config::Config;
use crate::config::suggest::nearest;
use crate::desk::people::Language;
use crate::letters::{Letters, Rendered, Source, sources};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// All templates and text blocks, and where each comes from
    List(List),
    /// A template as it is written: a beginning for one of your own
    Show(Show),
    /// Fill in all of them with samples, and say what is wrong
    Check,
    /// A mail or a text block as it would look, with made-up people
    Render(Render),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Show {
    /// As `list` prints it: de/new-ticket.txt
    name: String,
}

#[derive(Debug, clap::Args)]
pub struct Render {
    /// As `list` prints it, or without language and ending: new-ticket, refused
    name: String,
    /// de or en; the site's where the name has none
    #[arg(long)]
    language: Option<String>,
    /// The HTML part
    #[arg(long)]
    html: bool,
}

/// What a row of the listing says.
#[derive(Serialize)]
struct Line {
    name: String,
    kind: &'static str,
    /// The admin's own file; null: built in.
    file: Option<String>,
}

impl Row for Line {
    const HEAD: &'static [&'static str] = &["name", "kind", "from"];
    const NONE: &'static str = "There are no templates.";

    fn cells(&self, _: &Clock) -> Vec<String> {
        let from = self.file.clone().unwrap_or_else(|| "built in".to_owned());
        vec![self.name.clone(), self.kind.to_owned(), from]
    }
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    let config = load(config)?;
    match command {
        Command::List(args) => list(args, &config),
        Command::Show(args) => show(args, &config),
        Command::Check => check(&config),
        Command::Render(args) => render(args, &config),
    }
}

fn folder(config: &Config) -> Option<&Path> {
    config.site.templates.is_dir().then_some(config.site.templates.as_path())
}

fn letters(config: &Config) -> Result<Letters, Failure> {
    Letters::load(folder(config)).map_err(|e| Failure::new(Status::Config, e.to_string()))
}

fn list(args: &List, config: &Config) -> Result<(), Failure> {
    let all = sources(folder(config)).map_err(|e| Failure::new(Status::Config, e.to_string()))?;
    print::listing(args.json, &Clock::of(config), |show| {
        for (name, Source { file, .. }) in all {
            let file = file.map(|file| file.display().to_string());
            show(Line { kind: kind(&name), name, file })?;
        }
        Ok(())
    })
}

fn kind(name: &str) -> &'static str {
    let rest = name.split_once('/').map_or(name, |(_, rest)| rest);
    match rest.split_once('/') {
        Some(("blocks", _)) => "block",
        _ if name.ends_with(".html") => "look",
        Some(_) => "piece",
        None if rest == "words.txt" => "phrases",
        None => "letter",
    }
}

fn show(args: &Show, config: &Config) -> Result<(), Failure> {
    let all = sources(folder(config)).map_err(|e| Failure::new(Status::Config, e.to_string()))?;
    match all.get(&args.name) {
        Some(source) => say(&source.text),
        None => Err(unknown(&args.name, all.keys().map(String::as_str))),
    }
}

fn check(config: &Config) -> Result<(), Failure> {
    letters(config)?.check().map_err(|e| Failure::new(Status::Config, e.to_string()))?;
    let own = sources(folder(config)).map_err(|e| Failure::new(Status::Config, e.to_string()))?;
    let own = own.values().filter(|source| source.file.is_some()).count();
    say(&format!("All templates can be filled in, {own} of them your own.\n"))
}

fn render(args: &Render, config: &Config) -> Result<(), Failure> {
    let failed = |e: crate::letters::TemplateError| Failure::new(Status::Config, e.to_string());
    let (named, name) = match args.name.split_once('/') {
        Some((language @ ("de" | "en"), name)) => (Some(language), name),
        _ => (None, args.name.as_str()),
    };
    let name = name.trim_end_matches(".txt");
    let language = match args.language.as_deref().or(named) {
        None => config.site.language,
        Some(code) => Language::read(code).ok_or_else(|| {
            Failure::new(Status::Usage, format!("there is no language {code:?}"))
                .with_remedy("take de or en")
        })?,
    };
    let letters = letters(config)?;
    if let Some(block) = name.strip_prefix("blocks/").or(Some(name))
        && let Some(block) = letters.sample_block(block, language).map_err(failed)?
    {
        return say(&format!("{}\n\n{}\n", block.title, block.text));
    }
    let samples = letters.samples(name, language).map_err(failed)?;
    if samples.is_empty() {
        let all = sources(folder(config)).map_err(failed)?;
        let names = all.keys().filter_map(|name| name.split_once('/'));
        let names: Vec<&str> = names.map(|(_, name)| name.trim_end_matches(".txt")).collect();
        return Err(unknown(name, names.into_iter()));
    }
    let rendered: Vec<String> = samples.iter().map(|sample| page(sample, args.html)).collect();
    say(&rendered.join("\n"))
}

fn page(rendered: &Rendered, html: bool) -> String {
    match &rendered.html {
        Some(page) if html => page.clone(),
        _ => format!(
            "From: {}\nSubject: {}\nX-Postamt-Event: {}\n\n{}",
            rendered.from_name, rendered.subject, rendered.event, rendered.text
        ),
    }
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let failure = Failure::new(Status::NoInput, format!("there is no template {name:?}"));
    match nearest(name, known) {
        Some(meant) => failure.with_remedy(format!("did you mean {meant:?}?")),
        None => failure.with_remedy("postamt template list shows all"),
    }
}
