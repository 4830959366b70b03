//! Exceptions with their causes and members, and how these become a list.

use std::collections::VecDeque;

use crate::traceback::raised::{Raised, Relation};

use super::draft::Draft;

/// How many exceptions of one traceback are listed.
const MOST: usize = 50;

/// An exception, with those that led to it.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// Causes come first. The exception that they led to is the last.
    links: VecDeque<Link>,
    /// How many of the furthest causes were dropped.
    dropped: u64,
}

#[derive(Debug)]
struct Link {
    draft: Draft,
    /// How it relates to the next one.
    relation: Relation,
    members: Vec<Chain>,
}

impl Chain {
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Adds the exception that those so far led to. If there are too many, the furthest cause is dropped.
    pub(super) fn push(&mut self, draft: Draft) {
        if self.links.len() == MOST {
            self.links.pop_front();
            self.dropped += 1;
        }
        // Nearly all chains have one exception, and by default room for four would be reserved.
        self.links.reserve_exact(usize::from(self.links.is_empty()));
        self.links.push_back(Link {
            draft,
            relation: Relation::Context,
            members: Vec::new(),
        });
    }

    /// Says how the last exception relates to the one that follows.
    pub(super) fn relate(&mut self, relation: Relation) {
        if let Some(last) = self.links.back_mut() {
            last.relation = relation;
        }
    }

    /// Adds a member to the last exception, which is a group.
    pub(super) fn add_member(&mut self, member: Chain) {
        if let Some(last) = self.links.back_mut()
            && last.members.len() < MOST
            && !member.is_empty()
        {
            last.members.push(member);
        }
    }

    /// How many of the root's furthest causes were dropped.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The root first, then its causes, nearest first, then members of groups.
    pub(super) fn finish(self) -> Vec<Raised> {
        let mut list: Vec<Raised> = Vec::with_capacity(self.links.len());
        let mut waiting = VecDeque::from([(self, Relation::Root, None)]);
        while let Some((chain, relation, above)) = waiting.pop_front() {
            let mut parent = above;
            for (index, link) in chain.links.into_iter().rev().enumerate() {
                if list.len() == MOST {
                    return list;
                }
                let id = list.len();
                let mut raised = link.draft.finish(!link.members.is_empty());
                raised.exception.id = id;
                raised.exception.relation = if index == 0 { relation } else { link.relation };
                raised.exception.parent = parent;
                raised.is_remote &= raised.exception.relation == Relation::Cause;
                list.push(raised);
                let members = link.members.into_iter();
                waiting.extend(members.map(|member| (member, Relation::Member, Some(id))));
                parent = Some(id);
            }
        }
        list
    }
}
