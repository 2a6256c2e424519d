#pragma once

#include "core/settings/field_kinds.h"

/// Settings that several schemes have in common, described once.
namespace lorashear {

/// How a phase's texts share its sequences.
enum class SourceShares { BySize, Even };

/// Which state stays at the end of a phase.
enum class KeptState { Best, Last };

template <class Options>
settings::Field<Options> sourceSharesField(SourceShares Options::*member) {
    return settings::enumeration("shares", member, {{SourceShares::BySize, "by-size"}, {SourceShares::Even, "even"}},
                                 "by-size: every sequence of a phase is as likely as any other; even: every text is.");
}

template <class Options>
settings::Field<Options> keptStateField(KeptState Options::*member, const char* help) {
    return settings::enumeration("keep", member, {{KeptState::Best, "best"}, {KeptState::Last, "last"}}, help);
}

}  // namespace lorashear
