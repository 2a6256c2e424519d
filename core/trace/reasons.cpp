#include "core/trace/reasons.h"

namespace lorashear::trace {

std::string reasonText(const Note& note) {
    switch (note.kind) {
        case NoteKind::GraphOutput: return "it is the output of the graph";
        case NoteKind::LookedUp: return "its rows are looked up by number (" + note.op + ")";
        case NoteKind::Averaged: return note.op + " takes a statistic over it, which mixes what stays with what goes";
        case NoteKind::AveragedRms: return "a root-mean-square norm averages over it (" + note.op + ")";
        case NoteKind::MeetsFixed: return "it meets something of fixed size in " + note.op;
        case NoteKind::Shared: return "one slice of it serves several others in " + note.op;
        case NoteKind::Unknown: return "the operator " + note.op + " has no rule";
        case NoteKind::NotZero: return note.op + " turns its zeros into something else";
        case NoteKind::Softmaxed: return note.op + " runs over it, and its zeros would still have a share";
        case NoteKind::AttentionHeads: break;
    }
    return {};
}

std::string joined(const std::vector<std::string>& reasons) {
    std::string text;
    for (const auto& reason : reasons)
        if (!reason.empty()) text += (text.empty() ? "" : "; ") + reason;
    return text;
}

}  // namespace lorashear::trace
