//! Several documents as one, for people. Each becomes text when it comes, so that a list of many is not
//! held in memory with all that its pages were made of.

use std::convert::Infallible;

use crate::contract::Document;
use crate::view::{BoundPage, Page, Provenance};
use crate::{html, markdown};

/// A format that makes one document of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageFormat {
    /// HTML.
    Html,
    /// Markdown.
    Markdown,
}

impl PageFormat {
    /// Renders documents as one: a list of several begins with its contents, those first that should be
    /// looked at first.
    #[must_use]
    pub fn render(self, documents: &[Document], made: &Provenance<'_>) -> String {
        let mut pages = Pages::new(self);
        for document in documents {
            pages.add(document, made);
        }
        let mut text = String::new();
        let Ok(()) = pages.finish(made, |piece| {
            text.push_str(piece);
            Ok::<(), Infallible>(())
        });
        text
    }
}

/// Documents that become one, which begins with its contents if they are several: those first that should
/// be looked at first.
pub struct Pages {
    format: PageFormat,
    /// The first, until there is another: alone it looks different.
    only: Option<Page>,
    bound: Vec<BoundPage>,
}

impl Pages {
    /// No pages yet.
    #[must_use]
    pub const fn new(format: PageFormat) -> Self {
        Self { format, only: None, bound: Vec::new() }
    }

    /// Adds a document.
    pub fn add(&mut self, document: &Document, made: &Provenance<'_>) {
        let page = Page::new(document, made);
        if self.only.is_none() && self.bound.is_empty() {
            self.only = Some(page);
            return;
        }
        let first = self.only.take();
        first.into_iter().chain([page]).for_each(|page| self.bind(page, made));
    }

    fn bind(&mut self, page: Page, made: &Provenance<'_>) {
        let place = self.bound.len() + 1;
        let text = match self.format {
            PageFormat::Html => html::article(&page, place, made),
            PageFormat::Markdown => markdown::chapter(&page, made),
        };
        let Page { kind, name, verdict, .. } = page;
        self.bound.push(BoundPage { place, kind, name, verdict, text });
    }

    /// Writes the whole document, piece by piece.
    ///
    /// # Errors
    ///
    /// What `write` fails with.
    pub fn finish<E>(
        mut self,
        made: &Provenance<'_>,
        mut write: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(page) = self.only {
            return write(&match self.format {
                PageFormat::Html => html::alone(&page, made),
                PageFormat::Markdown => markdown::alone(&page, made),
            });
        }
        self.bound.sort_by(|a, b| b.verdict.score().total_cmp(&a.verdict.score()));
        let (begin, between, end) = match self.format {
            PageFormat::Html => (html::contents(&self.bound), "\n", html::END),
            PageFormat::Markdown => (markdown::contents(&self.bound), "\n", ""),
        };
        write(&begin)?;
        for page in &self.bound {
            write(between)?;
            write(&page.text)?;
        }
        write(end)
    }
}
