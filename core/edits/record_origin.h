#pragma once

#include "core/edits/pruning_record.h"
#include "core/model/config.h"

#include <string>

namespace lorashear {

/// The edits that a record tells, for the model that they are to be applied to: editsOfRecord(), once the record is known to be of that model.
/// Error(BadInput) with the first size, or the family, in which the record's original is another one. Names, types and settings that
/// leave every tensor its shape are not asked for, and records without an original are only held against the structure. subject: the record's file.
Edits editsForModel(const PruningRecord& record, const ModelConfig& config, const Structure& structure,
                    const std::string& subject);

}  // namespace lorashear
