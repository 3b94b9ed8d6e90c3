//! HTML, read as browsers read it.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element, or the document itself.
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    /// All text in it.
    pub(crate) text: String,
}

/// Reads a document that has nothing wrong with it.
pub(crate) fn parsed(html: &str) -> Element {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let errors = dom.errors.borrow();
    assert!(errors.is_empty(), "{errors:?}");
    Element::from(&dom.document)
}

impl From<&Handle> for Element {
    fn from(node: &Handle) -> Self {
        let (name, attributes) = match &node.data {
            NodeData::Element { name, attrs, .. } => {
                let attributes = attrs.borrow();
                let pairs =
                    attributes.iter().map(|it| (it.name.local.to_string(), it.value.to_string()));
                (name.local.to_string(), pairs.collect())
            }
            _ => (String::new(), Vec::new()),
        };
        let mut element = Self { name, attributes, children: Vec::new(), text: String::new() };
        for child in node.children.borrow().iter() {
            match &child.data {
                NodeData::Text { contents } => element.text.push_str(&contents.borrow()),
                NodeData::Element { .. } => {
                    let child = Self::from(child);
                    element.text.push_str(&child.text);
                    element.children.push(child);
                }
                _ => {}
            }
        }
        element
    }
}

impl Element {
    /// This element and all in it, in the order of the document.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let within = self.children.iter().flat_map(Self::all);
        std::iter::once(self).chain(within).collect()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What is in it with this name, at any depth.
    pub(crate) fn named(&self, name: &str) -> Vec<&Self> {
        self.all().into_iter().filter(|element| element.name == name).collect()
    }
}
