#pragma once

#include "core/edits/edit.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lorashear {

struct Blueprint;
struct BlueprintDraft;
struct ModelConfig;
struct Structure;

/// What one edit leaves, for people: "layers.2.mlp", 120 of 172 "neurons".
struct EditWords {
    std::string part;  ///< what is made smaller, and how where numbers of parts do not say it: "attention of block 2"
    std::int64_t kept = 0, of = 0;  ///< of its parts; of 0: nobody knows how many there were
    std::string many;               ///< what these parts are called
};

/// One alternative of Edit: how it stands in a file and what it does to a model. A row of editKinds(), a file in core/edits/kinds.
struct EditKind {
    std::string op;                 ///< "remove", "drop" …: the value of "op" in a file
    std::string help;               ///< one sentence
    std::string schema;             ///< an example object, for `inspect --json` and help
    std::vector<std::string> keys;  ///< beside "op"
    std::function<bool(const Edit&)> is;
    /// From an object whose keys have been checked. Errors by editFailure.
    std::function<Edit(const nlohmann::json& object, const std::string& subject, const std::string& pointer)> read;
    std::function<void(const Edit&, nlohmann::json& object)> write;
    /// Adds what the edit does to the draft. Error(BadInput) with the pointer if the model has not what is named, the edit overlaps
    /// another one or leaves nothing; Error(Unsupported) with the reason where the model cannot have it.
    std::function<void(const Edit&, BlueprintDraft& draft, const std::string& pointer)> apply;
    /// Of the model before: what of it is not told in the structure is left out of the words.
    std::function<EditWords(const Edit&, const ModelConfig& config, const Structure& structure)> words;
    std::vector<std::string> optionalKeys = {};  ///< keys that may be left out
    std::string noPreview = {};                  ///< why no mask shows it, in words; empty: one does
    std::string noUndo = {};                     ///< why zeros do not bring back what it takes, in words; empty: they do
    /// Once all edits are known and what others make of the model is settled: what those of this kind add. Errors as of apply.
    std::function<void(const BlueprintDraft& draft, Blueprint& blueprint)> settle = {};
    /// Linears whose inputs on a calibration text the new weights are fitted to, where there is one.
    std::function<std::vector<std::string>(const Edit&)> fittedLinears = {};
};

/// The table; core/edits/edit_kinds.cpp is its one place.
const std::vector<EditKind>& editKinds();
const EditKind& editKindOf(const Edit& edit);
std::vector<std::string> fittedLinears(const Edits& edits);  ///< of all of them

/// Error(BadInput): "edits.json /edits/3/groups/0: message".
[[noreturn]] void editFailure(const std::string& subject, const std::string& pointer, const std::string& message,
                              const std::string& hint = {});

/// A whole number of at least `least` under a key; Error(BadInput) otherwise.
int readCount(const nlohmann::json& object, const char* key, int least, const std::string& subject,
              const std::string& pointer);
std::string readName(const nlohmann::json& object, const char* key, const std::string& subject, const std::string& pointer);
std::vector<int> readIndices(const nlohmann::json& object, const char* key, const std::string& subject,
                             const std::string& pointer);

}  // namespace lorashear
