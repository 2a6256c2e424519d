#include "core/model/families/builtin_families.h"

namespace lorashear {

namespace {

Family of(Family family, const char* models) {
    family.models = models;
    return family;
}

}  // namespace

const std::vector<Family>& families() {
    static const std::vector<Family> kTable = {
        of(llamaFamily(), "Llama 1 to 3.x, TinyLlama, SmolLM 1 and 2"),
        of(mistralFamily(), "Mistral, Mistral Nemo, Mistral Small"),
        of(qwen2Family(), "Qwen 1.5, 2 and 2.5"),
        of(qwen3Family(), "Qwen 3"),
        of(gemma2Family(), "Gemma 2"),
        of(gemma3Family(), "Gemma 3, its text part"),
        of(phi3Family(), "Phi-3 mini and medium, Phi-4"),
        of(gptNeoxFamily(), "Pythia, GPT-NeoX, Dolly 2"),
        of(gpt2Family(), "GPT-2, DistilGPT-2"),
        of(optFamily(), "OPT, Galactica"),
        of(smollm3Family(), "SmolLM3"),
        of(graniteFamily(), "Granite 3 and 3.x"),
        of(olmo2Family(), "OLMo 2"),
        of(olmo3Family(), "OLMo 3"),
        of(ministralFamily(), "Ministral 8B of 2024"),
        of(glmFamily(), "GLM-4 of 2024, GLM-Edge"),
        of(glm4Family(), "GLM-4 of 2025 (0414)"),
        of(phiFamily(), "Phi 1, 1.5 and 2"),
        of(stablelmFamily(), "StableLM 3B, StableLM 2 1.6B and Zephyr"),
        of(starcoder2Family(), "StarCoder 2"),
        of(nemotronFamily(), "Nemotron 3 8B, Nemotron 4, Minitron"),
        of(cohere2Family(), "Command R7B, Command A"),
        of(falconFamily(), "Falcon 7B, 40B, 180B and Falcon 2 11B"),
        of(mixtralFamily(), "Mixtral"),
        of(qwen3MoeFamily(), "Qwen 3 with experts"),
        of(olmoeFamily(), "OLMoE"),
    };
    return kTable;
}

}  // namespace lorashear
