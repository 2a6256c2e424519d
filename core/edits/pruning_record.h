#pragma once

#include "core/edits/edit.h"
#include "core/trace/structure.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

constexpr const char* kRecordFile = "pruning.json";  ///< beside the weights of every model that is written

/// The newest format of the file that is read and written. 1: tells the groups that stayed and where they lay; 2: also edits of every kind and
/// the original's config.
constexpr int kRecordVersion = 2;

/// Of a node group that lost some: which of its groups stayed, and where they lay in the original's tensors.
struct KeptGroups {
    std::string name;
    UnitKind unit = UnitKind::Other;
    int count = 0;          ///< before
    std::vector<int> kept;  ///< of these, increasing
    std::vector<GroupSlice> rows, columns;
    bool operator==(const KeptGroups&) const = default;
};

/// What a model computes on a fixed sequence of tokens (core/export/fingerprint.h): by position the likeliest token, its logit and the logarithm
/// of the sum of all exponentials.
struct Fingerprint {
    std::vector<std::int64_t> tokens, top;
    std::vector<double> logit, logSum;
    bool operator==(const Fingerprint&) const = default;
};

/// What travels with a model that was made smaller, as pruning.json. What a record need not have is empty; what this program does not know of a
/// record that it read is kept and written again.
struct PruningRecord {
    struct Source {
        std::string name;
        std::optional<std::string> weightsSha256 = {};
        bool operator==(const Source&) const = default;
    };
    struct Tokens {
        int before = 0, after = 0;
        bool operator==(const Tokens&) const = default;
    };
    struct FactorLoss {
        int rank = 0, blocks = 1;
        double lost = 0;  ///< share of the mean square of the linear's output
        bool calibrated = false;
        bool operator==(const FactorLoss&) const = default;
    };
    struct Merged {  ///< factored linears that were multiplied out
        std::int64_t linears = 0, parametersFactored = 0, parameters = 0;
        bool operator==(const Merged&) const = default;
    };

    struct Rounding {  ///< of numbers that had more digits than what they are stored in
        std::string to;
        double maxDifference = 0, maxLogit = 0;  ///< of the logits, on the certificate's tokens
        bool operator==(const Rounding&) const = default;
    };

    int version = 0;   ///< 0: it tells none
    std::string tool;  ///< that wrote it
    std::optional<Source> source;
    std::string recipe;                                             ///< JSON, names of files in the place of paths
    std::string recipeSha256;                                       ///< of the recipe as it was, with its paths
    std::optional<std::map<std::string, std::string>> dataSha256;   ///< by a file's name
    std::string original;                                           ///< config.json of the model before
    std::optional<Edits> edits;                                     ///< in terms of the model before
    std::optional<std::vector<KeptGroups>> nodeGroups;              ///< those that lost some
    std::optional<Tokens> vocabulary;                               ///< where it was trimmed
    std::string measured;                                           ///< JSON
    std::optional<Fingerprint> certificate;                         ///< of what lies beside it
    std::optional<std::map<std::string, FactorLoss>> factors = {};  ///< by linear
    std::optional<Merged> merged = {};
    std::optional<Rounding> rounding = {};
    std::map<std::string, std::string> others = {};  ///< what is not known here: JSON by key

    bool operator==(const PruningRecord&) const = default;
};

/// An empty one of today's format, by this program.
PruningRecord newRecord();

/// The one reader. Error(BadInput) with the subject and the JSON pointer: no JSON, a newer format (both numbers), another type than a member has.
PruningRecord parseRecord(const std::string& text, const std::string& subject);
/// The one writer: the whole file.
std::string recordText(const PruningRecord& record);

/// Whether a file's text is a record, of whatever format, and not something else in JSON.
bool looksLikeRecord(const std::string& text);

/// That of a model's folder. Errors of parseRecord, Error(Io) if there is none.
PruningRecord recordIn(const std::filesystem::path& folder);
/// The same; an empty one where there is none.
PruningRecord recordIfThere(const std::filesystem::path& folder);

}  // namespace lorashear
