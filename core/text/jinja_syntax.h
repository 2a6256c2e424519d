#pragma once

#include <string>
#include <vector>

namespace lorashear {

/// What a node of a template is. In brackets: its text, its parts.
enum class JinjaKind {
    Block,        ///< [statements]
    Text,         ///< (the text as it stands)
    Output,       ///< [expression]
    If,           ///< [condition, block, condition, block, …, block of else if there is one]
    For,          ///< (variable) [list, block, condition of the items if there is one]
    Set,          ///< (name or name.field) [expression]
    String,       ///< (its characters)
    Integer,      ///< (its digits)
    Name,         ///< (a variable, or true, false, none)
    List,         ///< [items]
    Unary,        ///< (not, -) [operand]
    Binary,       ///< (or, and, ==, in, not in, +, ~, %, …) [left, right]
    Conditional,  ///< [value, condition, otherwise if there is one]
    Item,         ///< [object, key]
    Slice,        ///< [object, from, to, step]; an absent bound is an Absent
    Call,         ///< (name) [arguments]
    Method,       ///< (name) [object, arguments]
    Named,        ///< (name) [value]: an argument given by name
    Filter,       ///< (name) [value, arguments]
    Test,         ///< (name) [value, arguments]
    Absent,
};

struct JinjaNode {
    JinjaKind kind = JinjaKind::Absent;
    std::string text;
    std::vector<JinjaNode> parts;
};

/// Parses a template with the settings of transformers (trim_blocks, lstrip_blocks). Statements: if, for, set; every expression
/// but literals of fractions and dictionaries. Error(Unsupported) names what else it met; Error(BadInput) what is not a template.
/// subject: for messages.
JinjaNode parseJinja(const std::string& source, const std::string& subject);

}  // namespace lorashear
