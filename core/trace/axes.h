#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lorashear::trace {

/// A number of a value, a call or an axis as an index of its vector.
inline std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Union-find over atoms: one atom per index of every dimension of every parameter.
class Classes {
public:
    void reserve(std::int64_t count) { m_parent.reserve(static_cast<std::size_t>(count)); }  ///< so many in all
    int add(std::int64_t count);  ///< ids [result, result + count)
    int find(int atom);
    void unite(int a, int b);
    int size() const { return static_cast<int>(m_parent.size()); }

private:
    std::vector<int> m_parent;
};

using Table = std::shared_ptr<const std::vector<int>>;

struct Call;

/// Some dimensions of a tensor whose slices can be traced back to parameters: entry (i, j, …) of the table is
/// the atom that takes this slice with it. One axis for an ordinary feature dimension; several after a view
/// split it (heads x head size).
struct Block {
    std::vector<int> dims;            ///< the tensor's dimension of each axis; axes in the order of memory, slowest first
    std::vector<std::int64_t> sizes;  ///< of each axis
    Table atoms;                      ///< row-major over sizes
    /// Operator or unmasked parameter because of which slices of removed atoms are not zero; empty: they are zero.
    std::string spoiledBy;

    int axisOf(int dim) const;  ///< -1: not in this block
};

/// Which part of a root-mean-square norm a tensor is.
enum class Statistic { None, Square, MeanSquare, InverseRms, Normalised };

/// What is known of one tensor: its traced dimensions. All others are outside: batch, positions, constants.
struct Layout {
    std::vector<std::int64_t> shape;
    std::vector<Block> blocks;  ///< no dimension lies in two of them
    bool activation = false;    ///< depends on the token ids; false: parameters and constants only
    std::string parameter;      ///< name, if it is a parameter, a conversion of one, or one plus `offset`
    double offset = 0;
    Statistic statistic = Statistic::None;
    bool allZero = false;  ///< a constant of zeros
    int zeroWith = -1;     ///< the atom with which every element becomes zero; -1: none
    Table placesIn;        ///< its numbers are places in this table: which entries of a dimension were chosen

    int rank() const { return static_cast<int>(shape.size()); }
    std::int64_t size(int dim) const { return shape[static_cast<std::size_t>(dim)]; }
    int wrap(std::int64_t dim) const { return static_cast<int>(dim < 0 ? dim + rank() : dim); }
    Block* blockOf(int dim);
    const Block* blockOf(int dim) const;
};

/// Why a set of atoms is special. Text is made in names.cpp.
enum class NoteKind {
    GraphOutput,     ///< reaches the logits
    LookedUp,        ///< rows fetched by token id or position
    Averaged,        ///< a statistic over it mixes the kept with the removed
    AveragedRms,     ///< the same, as part of a root-mean-square norm: can be repaired in the gain
    MeetsFixed,      ///< combined with something that cannot shrink
    Shared,          ///< one slice serves every slice of another axis
    Unknown,         ///< touched by an operator without a rule
    NotZero,         ///< an operator turns its zeros into something else, so that masking is not removing
    Softmaxed,       ///< a softmax over it: what goes must be -inf before it
    AttentionHeads,  ///< not an obstacle: the head axis of an attention product
};

struct Note {
    NoteKind kind;
    std::string op;
    std::vector<Table> tables;
};

/// A fixed number of entries of a dimension is chosen for every token (top-k): as many must stay.
struct Choice {
    Table atoms;
    std::int64_t chosen = 0;
};

/// The growing knowledge about atoms: which must go together, and what stands in the way.
class Dependencies {
public:
    Classes classes;
    std::vector<Note> notes;
    std::vector<Table> consumed;         ///< dimensions of parameters that a product with activations sums over
    std::vector<Table> produced;         ///< dimensions of parameters that also name something's features (a tied table)
    std::vector<std::string> normGains;  ///< parameters that scale a root-mean-square norm, one entry per use
    std::map<std::string, double> gainOffsets;  ///< of those that are added to a number first (1 + gain)
    std::vector<Choice> choices;
    std::vector<std::pair<const Call*, int>>
        gates;  ///< products that are zero when this atom is: what only they use goes with it

    void note(NoteKind kind, const std::string& op, const Table& atoms);
    void unite(const Table& a, const Table& b);  ///< entry by entry
};

}  // namespace lorashear::trace
