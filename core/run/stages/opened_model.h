#pragma once

#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/run/run_event.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>

namespace lorashear {

/// A model folder, opened: weights as stored, on the device asked for.
struct OpenedModel {
    Checkpoint checkpoint;
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<CausalLM> model;
    std::string weightsHash;

    event::ModelOpened asEvent() const;
};

/// device: as loadModel (core/model/causal_lm.h). adapter: folder of a PEFT adapter to merge, or empty.
OpenedModel openModel(const std::filesystem::path& folder, const std::string& device = "cpu", const std::filesystem::path& adapter = {});

}  // namespace lorashear
