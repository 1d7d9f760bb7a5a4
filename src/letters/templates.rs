//! The templates: built in, overridden file by file, parsed and filled in once with samples before the first mail.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use handlebars::Handlebars;
use serde_json::Value;

use super::blocks;
use super::built_in::BUILT_IN;
use super::document::Document;
use super::filling::{bare, registry};
use super::own_words;
use crate::desk::people::Language;

/// The file of short phrases, a line each: `key = phrase`.
const PHRASES: &str = "words.txt";

#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("templates: {path} cannot be read: {source}\n  do  check the file and its permissions")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error(
        "templates: {path} replaces nothing\n  do  give it the name of a built-in template, such as {nearest}, or take it away"
    )]
    NoSuchTemplate { path: PathBuf, nearest: String },
    #[error(
        "templates: {file}, line {line}, column {column}: {reason}\n  do  correct it there, or take the file away: the built-in one is used then"
    )]
    Broken { file: String, line: usize, column: usize, reason: String },
}

impl TemplateError {
    /// A broken template does not mend itself.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        false
    }
}

/// The templates of both languages and the pieces of the HTML part.
pub struct Templates {
    de: Handlebars<'static>,
    en: Handlebars<'static>,
    pieces: Handlebars<'static>,
    /// What stands in mails to agents alone.
    own_words: Vec<String>,
    blocks: blocks::Heads,
    /// Where a template's text stands: file and line before its first.
    places: BTreeMap<String, (String, usize)>,
}

impl Templates {
    /// # Errors
    /// A template that cannot be read or parsed, or a file that replaces none.
    pub fn load(overrides: Option<&Path>) -> Result<Self, TemplateError> {
        let sources = sources(overrides)?;
        let mut templates = Self {
            de: registry(Some(Language::De)),
            en: registry(Some(Language::En)),
            pieces: registry(None),
            own_words: own_words::of(
                sources.iter().map(|(name, source)| (name.as_str(), source.text.as_str())),
            ),
            blocks: blocks::Heads::default(),
            places: BTreeMap::new(),
        };
        for (name, Source { file, text }) in sources {
            let file = file.map_or_else(|| name.clone(), |file| file.display().to_string());
            templates.register(&name, &file, &text)?;
        }
        Ok(templates)
    }

    fn register(&mut self, name: &str, file: &str, text: &str) -> Result<(), TemplateError> {
        let (folder, rest) = name.split_once('/').unwrap_or(("", name));
        if rest == PHRASES {
            for (line, key, phrase) in phrases(text) {
                self.register_one(folder, key, phrase, (file, line))?;
            }
            return Ok(());
        }
        let stem = rest.trim_end_matches(".txt").trim_end_matches(".html");
        if let Some((name, language)) =
            stem.strip_prefix(blocks::FOLDER).zip(Language::read(folder))
        {
            let (head, text, above) =
                blocks::read(text).map_err(|wrong| TemplateError::Broken {
                    file: file.to_owned(),
                    line: wrong.line,
                    column: 1,
                    reason: wrong.reason,
                })?;
            self.blocks.add(language, name, head);
            return self.register_one(folder, stem, text, (file, above));
        }
        self.register_one(folder, stem.trim_start_matches("parts/"), text, (file, 0))
    }

    fn register_one(
        &mut self,
        folder: &str,
        name: &str,
        text: &str,
        (file, line): (&str, usize),
    ) -> Result<(), TemplateError> {
        self.places.insert(format!("{folder}/{name}"), (file.to_owned(), line));
        let registry = match folder {
            "de" => &mut self.de,
            "en" => &mut self.en,
            _ => &mut self.pieces,
        };
        registry.register_template_string(name, text).map_err(|e| {
            let (at, column) = e.pos().unwrap_or((1, 1));
            TemplateError::Broken {
                file: file.to_owned(),
                line: line + at,
                column,
                reason: e.reason().to_string(),
            }
        })
    }

    pub fn own_words(&self) -> &[String] {
        &self.own_words
    }

    pub const fn blocks(&self) -> &blocks::Heads {
        &self.blocks
    }

    /// Fills in a text as it stands, line by line.
    ///
    /// # Errors
    /// Where it names something that is not known here.
    pub fn text(
        &self,
        name: &str,
        language: Language,
        facts: &Value,
    ) -> Result<String, TemplateError> {
        let filled = self.of(language).render(name, facts);
        let text = filled.map_err(|e| self.broken(language.code(), name, &e))?;
        let lines = text.lines().map(|line| line.chars().filter(|c| !c.is_control()).collect());
        Ok(lines.collect::<Vec<String>>().join("\n").trim().to_owned())
    }

    fn of(&self, language: Language) -> &Handlebars<'static> {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }

    /// Fills in a letter's template.
    ///
    /// # Errors
    /// Where it names something that this letter does not know.
    pub fn document(
        &self,
        name: &str,
        language: Language,
        facts: &Value,
    ) -> Result<Document, TemplateError> {
        let filled = self.of(language).render(name, facts);
        let text = filled.map_err(|e| self.broken(language.code(), name, &e))?;
        Ok(Document::read(&text, language))
    }

    /// Fills in a phrase, as one line without guards.
    ///
    /// # Errors
    /// Where there is none, or it names something unknown here.
    pub fn phrase(
        &self,
        key: &str,
        language: Language,
        facts: &Value,
    ) -> Result<String, TemplateError> {
        let filled = self.of(language).render(key, facts);
        let text = filled.map_err(|e| self.broken(language.code(), key, &e))?;
        Ok(bare(&text))
    }

    /// Fills in the frame of the HTML part.
    ///
    /// # Errors
    /// Where a piece names something unknown.
    pub fn frame(&self, page: &Value) -> Result<String, TemplateError> {
        self.pieces.render("frame", page).map_err(|e| self.broken("parts", "frame", &e))
    }

    fn broken(&self, folder: &str, asked: &str, e: &handlebars::RenderError) -> TemplateError {
        let name = e.template_name.as_deref().unwrap_or(asked);
        let place = self.places.get(&format!("{folder}/{name}"));
        let (file, before) = place.cloned().unwrap_or_else(|| (format!("{folder}/{name}"), 0));
        TemplateError::Broken {
            file,
            line: before + e.line_no.unwrap_or(1),
            column: e.column_no.unwrap_or(1),
            reason: e.reason().to_string(),
        }
    }
}

/// A template as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The admin's own file; None for what is built in.
    pub file: Option<PathBuf>,
    pub text: String,
}

/// Every template by its name, `de/new-ticket.txt`: the built-in ones, or those in this folder where they stand.
///
/// # Errors
/// A file that cannot be read, or that replaces none and is no text block.
pub fn sources(overrides: Option<&Path>) -> Result<BTreeMap<String, Source>, TemplateError> {
    let built_in = |text: &str| Source { file: None, text: text.to_owned() };
    let mut sources: BTreeMap<String, Source> =
        BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), built_in(text))).collect();
    let Some(folder) = overrides else { return Ok(sources) };
    for path in files_below(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        if !sources.contains_key(&name) && !is_new_block(&name) {
            return Err(TemplateError::NoSuchTemplate { nearest: nearest(&name), path });
        }
        let text = fs::read_to_string(&path)
            .map_err(|source| TemplateError::Unreadable { path: path.clone(), source })?;
        let text = if name.ends_with(PHRASES) { with_missing(&name, text) } else { text };
        sources.insert(name, Source { file: Some(path), text });
    }
    Ok(sources)
}

/// Every file below a folder, hidden ones and editors' copies left out.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, TemplateError> {
    let unreadable = |source| TemplateError::Unreadable { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let wanted = [".txt", ".html"].iter().any(|end| name.ends_with(end));
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else if wanted && !name.starts_with('.') {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A text block of the admin's own.
fn is_new_block(name: &str) -> bool {
    ["de/", "en/"]
        .iter()
        .filter_map(|folder| name.strip_prefix(folder)?.strip_prefix(blocks::FOLDER))
        .any(|name| name.strip_suffix(".txt").is_some_and(blocks::is_name))
}

/// The built-in name that begins most like this one.
fn nearest(name: &str) -> String {
    let alike = |known: &str| known.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    let best = BUILT_IN.iter().map(|(known, _)| *known).max_by_key(|known| alike(known));
    best.unwrap_or_default().to_owned()
}

/// An admin's file of phrases need hold only those that differ.
fn with_missing(name: &str, text: String) -> String {
    let built_in = BUILT_IN.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text);
    let missing: String = phrases(built_in)
        .filter(|(_, key, _)| !phrases(&text).any(|(_, own, _)| own == *key))
        .map(|(_, key, phrase)| format!("{key} = {phrase}\n"))
        .collect();
    format!("{}\n{missing}", text.trim_end())
}

/// `key = phrase` lines with the number of lines before them; comments begin with `;`.
pub fn phrases(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    text.lines().enumerate().filter_map(|(n, line)| {
        let (key, phrase) = line.split_once('=')?;
        (!line.starts_with(';')).then(|| (n, key.trim(), phrase.trim()))
    })
}
