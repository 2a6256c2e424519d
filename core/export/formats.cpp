#include "core/export/formats.h"

#include "core/base/error.h"

#include <algorithm>

namespace lorashear {

namespace {

const std::vector<std::string> kFloats = {"source", "F32", "BF16", "F16"};
const std::vector<std::string> kGgufTypes = {"source", "F32", "BF16", "F16", "Q8_0", "Q4_0", "Q4_K_M"};

std::string listOf(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

}  // namespace

const std::vector<ExportFormat>& exportFormats() {
    static const std::vector<ExportFormat> kTable = {
        {"huggingface", "Hugging Face folder",
         "An ordinary checkpoint that stock programs open; needs equal layers and a head count that they allow.",
         "For everything that reads Hugging Face checkpoints, where all layers keep equally many heads and neurons.",
         "transformers, vLLM, PEFT", "", kFloats},
        {"huggingface-code", "Hugging Face folder with modelling file",
         "Layers of any size; transformers opens it with trust_remote_code=True.",
         "For layers of different sizes where code beside the weights is acceptable: the whole saving is there.",
         "transformers with our modelling file", "", kFloats},
        {"padded", "Padded to equal layers",
         "Zeros fill every layer up to the largest one: an ordinary checkpoint that computes exactly the same, less of it saved.",
         "For layers of different sizes that stock programs shall open: what zeros fill up is not saved.",
         "transformers, vLLM, PEFT", "", kFloats},
        {"merged", "Factored linears merged",
         "Linears that two thin ones stand for are multiplied out, as large as before factoring, and padded: an ordinary checkpoint.",
         "For results with low-rank linears that stock programs shall open; rounding the products costs a little, which is measured.",
         "transformers, vLLM, PEFT", "", kFloats},
        {"zeroed", "The original's shapes",
         "What was pruned is zero, nothing is saved: the reference that every other export must agree with.",
         "For programs that insist on the original's shapes, and for comparing.", "whatever opens the original", "",
         kFloats},
        {"gguf", "GGUF file",
         "One file for llama.cpp and what is built on it, tokenizer inside, down to four bits a weight.",
         "For running it on a laptop or a phone; quantised as it is written.", "llama.cpp and what is built on it", ".gguf",
         kGgufTypes},
        {"lorashear", "LoRAShear folder", "As it is, for this program: any family, any shape.",
         "For going on here: pruning again, comparing, exporting later.", "this program", "", kFloats},
    };
    return kTable;
}

std::vector<std::string> exportFormatIds() {
    std::vector<std::string> ids;
    for (const auto& format : exportFormats()) ids.push_back(format.id);
    return ids;
}

std::vector<std::string> exportDtypes() {
    std::vector<std::string> all;
    for (const auto& format : exportFormats())
        for (const auto& dtype : format.dtypes)
            if (std::find(all.begin(), all.end(), dtype) == all.end()) all.push_back(dtype);
    return all;
}

const ExportFormat& exportFormat(const std::string& id) {
    for (const auto& format : exportFormats())
        if (format.id == id) return format;
    throw Error(ErrorCode::Usage, id, "is not an export format", "known: " + listOf(exportFormatIds()));
}

void requireDtype(const ExportFormat& format, const std::string& dtype) {
    if (std::find(format.dtypes.begin(), format.dtypes.end(), dtype) == format.dtypes.end())
        throw Error(ErrorCode::Usage, dtype, "is not a type that " + format.id + " stores",
                    "known: " + listOf(format.dtypes));
}

}  // namespace lorashear
