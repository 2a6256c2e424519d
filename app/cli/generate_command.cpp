#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"

#include "core/model/generate.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lorashear::app {

namespace {

class GenerateCommand : public CliCommand {
public:
    std::string name() const override { return "generate"; }
    std::string help() const override { return "Continue a prompt"; }

    void configure(CLI::App& app) override {
        app.add_option("model", m_model, "Model or run folder")->required();
        app.add_option("--prompt", m_prompt, "Text to continue; empty: the model starts by itself");
        app.add_option("--max-tokens", m_options.maxTokens, "New tokens at most")->capture_default_str()->check(CLI::PositiveNumber);
        app.add_option("--temperature", m_options.temperature, "0: always the most likely token")->capture_default_str();
        app.add_option("--top-p", m_options.topP, "Draw from the most likely tokens that sum to this probability")->capture_default_str();
        app.add_option("--seed", m_options.seed, "Seed of the draws")->capture_default_str();
    }

    void run(CliContext& context) override {
        const auto opened = openModel(m_model);
        const auto& tokenizer = *opened.tokenizer;
        auto prompt = tokenizer.encode(m_prompt);
        if (tokenizer.bosId() >= 0) prompt.insert(prompt.begin(), tokenizer.bosId());
        m_options.stopIds = tokenizer.eosIds();
        for (int id : opened.model->config().eosIds) m_options.stopIds.push_back(id);
        // Story models were trained with BOS between documents and never draw EOS.
        if (tokenizer.bosId() >= 0) m_options.stopIds.push_back(tokenizer.bosId());
        const auto fresh = generate(*opened.model, prompt, m_options, {}, context.control);
        auto all = prompt;
        all.insert(all.end(), fresh.begin(), fresh.end());
        const auto text = tokenizer.decode(all);
        if (context.json) {
            context.out << nlohmann::json{{"text", text}, {"tokens", fresh}, {"prompt_tokens", prompt}}.dump() << "\n";
        } else {
            context.out << text << "\n";
        }
    }

private:
    std::string m_model, m_prompt;
    GenerateOptions m_options;
};

}  // namespace

std::unique_ptr<CliCommand> makeGenerateCommand() {
    return std::make_unique<GenerateCommand>();
}

}  // namespace lorashear::app
