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
    For,          ///< (variable, or "key,value") [list, block, condition of the items, block of else]; the last two may be Absent
    Set,          ///< (name or name.field) [expression]
    SetBlock,     ///< (name) [block]
    Macro,        ///< (name) [block, parameters: Absent (name) [default if there is one]]
    Break,
    Continue,
    String,       ///< (its characters)
    Integer,      ///< (its digits)
    Fraction,     ///< (its digits and point)
    Name,         ///< (a variable, or true, false, none)
    List,         ///< [items]
    Dictionary,   ///< [key, value, key, value, …]
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

/// Parses a template with the settings and extensions of transformers (trim_blocks, lstrip_blocks, loop controls, generation tags, which mark
/// what an assistant says and write nothing). Statements: if, for, set, macro, break, continue, generation; every expression. Error(Unsupported) names what else it met; Error(BadInput) what is not a template.
/// subject: for messages.
JinjaNode parseJinja(const std::string& source, const std::string& subject);

}  // namespace lorashear
