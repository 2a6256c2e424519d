#include "core/run/stages/opened_model.h"

#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"

namespace lorashear {

namespace fs = std::filesystem;

event::ModelOpened OpenedModel::asEvent() const {
    return {checkpoint.folder().string(), tokenizer->describe(), model->config(), model->parameterCount(), checkpoint.weightBytes(), weightsHash};
}

OpenedModel openModel(const fs::path& folder, const std::string& device, const fs::path& adapter) {
    OpenedModel result{Checkpoint::open(folder), nullptr, nullptr, {}};
    result.tokenizer = Tokenizer::open(result.checkpoint.folder());
    result.model = loadModel(result.checkpoint, device);
    if (result.tokenizer->vocabularySize() > result.model->config().vocabulary)
        throw Error(ErrorCode::BadInput, folder.string(),
                    "the tokenizer knows " + std::to_string(result.tokenizer->vocabularySize()) + " tokens, the model only " +
                        std::to_string(result.model->config().vocabulary),
                    "model and tokenizer do not belong together");
    if (!adapter.empty()) result.model = withAdapter(*result.model, adapter);
    result.weightsHash = result.checkpoint.weightsHash();
    return result;
}

}  // namespace lorashear
