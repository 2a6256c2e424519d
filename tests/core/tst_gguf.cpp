// GGUF files: what a right one says, and every way in which one can be wrong. The last tests change bytes at random.

#include "core/base/random.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf.h"
#include "core/io/gguf_model.h"
#include "core/io/gguf_writer.h"
#include "core/text/gguf_tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>

namespace tst_gguf {

using namespace lorashear;
using namespace lorashear::test;

namespace {

std::shared_ptr<const GgufFile> parse(const std::string& bytes) {
    const auto memory = std::make_shared<const std::string>(bytes);
    return GgufFile::parse(std::as_bytes(std::span(memory->data(), memory->size())), "x.gguf", memory);
}

std::optional<Error> refusal(const std::string& bytes) {
    return caught([&] { parse(bytes); });
}

bool refused(const std::string& bytes, const std::string& rule) {
    const auto error = refusal(bytes);
    if (says(error, ErrorCode::BadInput, rule) && says(error, ErrorCode::BadInput, "x.gguf")) return true;
    qWarning("expected \"%s\", got \"%s\"", rule.c_str(), error ? error->what() : "no error");
    return false;
}

/// Everything a program does with a file, on bytes that may be anything. Only an Error may come out.
void useAll(const std::string& bytes) {
    try {
        const auto file = parse(bytes);
        const GgufModel model = readGgufModel(*file);
        for (const auto& [name, tensor] : model.tensors)
            if (tensor.bytes() < 1 << 22) tensor.inMemory();
        tokenizerJsonOf(*file);
    } catch (const Error&) {
    }
}

}  // namespace

class TestGguf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsValuesOfEveryType() {
        GgufBuilder b;
        b.value("u8", 0, GgufBuilder::raw<std::uint8_t>(200));
        b.value("i8", 1, GgufBuilder::raw<std::int8_t>(-7));
        b.value("u16", 2, GgufBuilder::raw<std::uint16_t>(60000));
        b.value("i16", 3, GgufBuilder::raw<std::int16_t>(-3));
        b.u32("u32", 4294967295u);
        b.value("i32", 5, GgufBuilder::raw<std::int32_t>(-5));
        b.f32("f32", 0.5f);
        b.flag("bool", true);
        b.text("string", "words");
        b.value("u64", 10, GgufBuilder::raw<std::uint64_t>(1));
        b.value("i64", 11, GgufBuilder::raw<std::int64_t>(-9));
        b.value("f64", 12, GgufBuilder::raw<double>(0.25));
        b.texts("strings", {"a", "", "bc"});
        b.numbers<std::int32_t>("list", 5, {3, -4});
        const auto file = parse(b.bytes());
        const std::vector<std::pair<const char*, std::int64_t>> integers{
            {"u8", 200}, {"i8", -7}, {"u16", 60000}, {"i16", -3}, {"u32", 4294967295}, {"i32", -5}, {"u64", 1}, {"i64", -9}};
        for (const auto& [key, number] : integers) QCOMPARE(file->integer(key), std::optional(number));
        QCOMPARE(file->number("f32"), std::optional(0.5));
        QCOMPARE(file->number("f64"), std::optional(0.25));
        QCOMPARE(file->flag("bool"), std::optional(true));
        QCOMPARE(file->text("string"), std::optional<std::string>("words"));
        QCOMPARE(*file->texts("strings"), (std::vector<std::string_view>{"a", "", "bc"}));
        QCOMPARE(file->integers("list"), std::optional(std::vector<std::int64_t>{3, -4}));
        QVERIFY(!file->integer("absent"));
        QVERIFY(says(caught([&] { file->integer("string"); }), ErrorCode::BadInput,
                     "holds a string where a whole number is needed"));
        QVERIFY(says(caught([&] { file->text("list"); }), ErrorCode::BadInput,
                     "holds an array of int32 where a string is needed"));
        QCOMPARE(file->values().front().first, std::string("u8"));
    }

    void readsTensorsOfVersionTwoAndThree() {
        for (const std::uint32_t version : {2u, 3u}) {
            GgufBuilder b;
            b.version = version;
            b.floats("one", {3, 2}, {1, 2, 3, 4, 5, 6});
            b.floats("two", {1}, {7});
            const auto file = parse(b.bytes());
            QCOMPARE(file->version(), version);
            QCOMPARE(file->tensors().size(), std::size_t{2});
            QCOMPARE(file->findTensor("one")->shape, (std::vector<std::int64_t>{2, 3}));
            float last = 0;
            std::memcpy(&last, file->findTensor("two")->bytes.data(), sizeof last);
            QCOMPARE(last, 7.0f);
        }
    }

    void refusesEveryTruncation() {
        const std::string whole = tinyLlama().bytes();
        QVERIFY(!refusal(whole));
        for (std::size_t length = 0; length < whole.size(); ++length)
            if (!refusal(whole.substr(0, length))) QFAIL(("accepted " + std::to_string(length) + " bytes").c_str());
    }

    void refusesWrongHeaders() {
        GgufBuilder b;
        b.text("general.name", "x");
        std::string other = b.bytes();
        other[0] = 'X';
        QVERIFY(refused(other, "does not begin with \"GGUF\""));
        QVERIFY(refused("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 98362432\n", "Git LFS pointer"));
        b.version = 1;
        QVERIFY(refused(b.bytes(), "version 1"));
        b.version = 4;
        QVERIFY(refused(b.bytes(), "version 4"));
        b.version = 3u << 24;
        QVERIFY(refused(b.bytes(), "big-endian"));
    }

    void refusesCountsThatLie() {
        GgufBuilder values;
        values.text("general.name", "x");
        values.claimedValues = std::int64_t{1} << 60;
        QVERIFY(refused(values.bytes(), "metadata values, more than fit"));
        values.claimedValues = 2;
        QVERIFY(refusal(values.bytes()));
        GgufBuilder tensors;
        tensors.floats("t", {1}, {1});
        tensors.claimedTensors = std::int64_t{1} << 61;
        QVERIFY(refused(tensors.bytes(), "tensors, more than fit"));
        GgufBuilder strings;
        strings.array("list", 8, std::uint64_t{1} << 62, "");
        QVERIFY(refused(strings.bytes(), "strings, more than fit"));
        GgufBuilder numbers;
        numbers.array("list", 10, std::uint64_t{1} << 61, "");
        QVERIFY(refused(numbers.bytes(), "which overflows"));
        numbers = {};
        numbers.array("list", 4, 1000, "");
        QVERIFY(refused(numbers.bytes(), "is cut short"));
        GgufBuilder text;
        text.value("words", 8, GgufBuilder::raw(~std::uint64_t{0}));
        QVERIFY(refused(text.bytes(), "key \"words\" is cut short"));
    }

    void refusesUnknownAndNestedTypes() {
        GgufBuilder b;
        b.value("x", 13, "1234");
        QVERIFY(refused(b.bytes(), "key \"x\" has the unknown type 13"));
        b = {};
        b.array("x", 9, 1, GgufBuilder::raw(std::uint32_t{4}) + GgufBuilder::raw(std::uint64_t{0}));
        QVERIFY(refused(b.bytes(), "array of arrays"));
        b = {};
        b.value("x", 7, std::string(1, '\2'));
        QVERIFY(refused(b.bytes(), "neither 0 nor 1"));
        b = {};
        b.tensor("t", {32}, 4, std::string(64, 'x'));
        QVERIFY(refused(b.bytes(), "tensor \"t\" has the unknown type 4"));
    }

    void refusesDuplicateAndBadNames() {
        GgufBuilder b;
        b.u32("x", 1);
        b.u32("x", 2);
        QVERIFY(refused(b.bytes(), "key \"x\" is there twice"));
        b = {};
        b.floats("t", {1}, {1});
        b.floats("t", {1}, {2});
        QVERIFY(refused(b.bytes(), "tensor \"t\" is there twice"));
        b = {};
        b.floats(std::string(64, 'n'), {1}, {1});
        QVERIFY(refused(b.bytes(), "has a name of 64 bytes"));
        b = {};
        b.u32("", 1);
        QVERIFY(refused(b.bytes(), "has a key of 0 bytes"));
        b = {};
        b.u32("\x1b[31m", 1);
        b.u32("\x1b[31m", 1);
        QVERIFY(refused(b.bytes(), "key \"?[31m\" is there twice"));
    }

    void refusesBadShapes() {
        const auto shape = [](const std::vector<std::uint64_t>& sizes, std::uint32_t type) {
            GgufBuilder b;
            b.tensor("t", sizes, type, std::string(64, 'x'));
            return b.bytes();
        };
        QVERIFY(refused(shape({}, 0), "0 dimensions"));
        QVERIFY(refused(shape({1, 1, 1, 1, 1}, 0), "5 dimensions"));
        QVERIFY(refused(shape({0}, 0), "dimension of 0"));
        QVERIFY(refused(shape({~std::uint64_t{0}}, 0), "dimension of"));
        QVERIFY(refused(shape({std::uint64_t{1} << 40, std::uint64_t{1} << 40}, 0), "overflows"));
        QVERIFY(refused(shape({std::uint64_t{1} << 62}, 0), "overflows"));
        QVERIFY(refused(shape({33}, 2), "Q4_0 stores blocks of 32"));
        QVERIFY(refused(shape({17}, 0), "is cut short"));
    }

    void refusesBadPlaces() {
        GgufBuilder b;
        b.tensor("a", {8}, 0, std::string(64, 'x'));
        b.tensorAt("b", {8}, 0, 8);
        QVERIFY(refused(b.bytes(), "tensor \"b\" begins at 8, not a multiple of the alignment 32"));
        b = {};
        b.tensor("a", {16}, 0, std::string(64, 'x'));
        b.tensorAt("b", {8}, 0, 32);
        QVERIFY(refused(b.bytes(), "overlaps the tensor before it"));
        b = {};
        b.tensorAt("a", {8}, 0, ~std::uint64_t{31});
        QVERIFY(refused(b.bytes(), "is cut short"));
        for (const std::uint32_t alignment : {0u, 3u, 24u, 1u << 31}) {
            b = {};
            b.u32("general.alignment", alignment);
            QVERIFY(refused(b.bytes(), "not a power of two"));
        }
        b = {};
        b.u32("general.alignment", 64);
        b.alignment = 64;
        b.floats("a", {1}, {1});
        b.floats("b", {1}, {2});
        QVERIFY(!refusal(b.bytes()));
    }

    void opensAsACheckpoint() {
        TempFolder folder;
        const auto path = folder.write("tiny.gguf", tinyLlama().bytes());
        for (const auto& place : {path, folder.path()}) {
            const Checkpoint checkpoint = Checkpoint::open(place);
            QCOMPARE(checkpoint.folder(), path);
            const auto config = nlohmann::json::parse(checkpoint.configText());
            QCOMPARE(config.at("hidden_size").get<int>(), 8);
            QCOMPARE(config.at("head_dim").get<int>(), 4);
            QCOMPARE(config.at("vocab_size").get<int>(), 5);
            QCOMPARE(config.at("rms_norm_eps").get<double>(), 1e-5);
            QCOMPARE(config.at("tie_word_embeddings").get<bool>(), true);
            QCOMPARE(config.at("bos_token_id").get<int>(), 0);
            QCOMPARE(checkpoint.tensors().size(), std::size_t{11});
            QVERIFY(checkpoint.tensors().at("model.layers.0.mlp.up_proj.weight").data != nullptr);
            // Rows of a head of 4 lie as 0 2 1 3 in the file: pairs side by side there, half a head apart here.
            const TensorData q = checkpoint.tensors().at("model.layers.0.self_attn.q_proj.weight").inMemory();
            const std::vector<float> firstOfRow{0, 16, 8, 24, 32, 48, 40, 56};
            for (std::size_t row = 0; row < 8; ++row) {
                float value = 0;
                std::memcpy(&value, q.data + row * 8 * sizeof(float), sizeof value);
                QCOMPARE(value, firstOfRow[row]);
            }
            QCOMPARE(checkpoint.weightsHash().size(), std::size_t{64});
        }
        folder.write("other.gguf", "GGUF");
        QVERIFY(says(caught([&] { Checkpoint::open(folder.path()); }), ErrorCode::BadInput, "holds 2 GGUF files"));
    }

    void readsSizesPerLayer() {
        GgufBuilder b;
        b.text("general.architecture", "deci");
        b.u32("deci.block_count", 2);
        b.u32("deci.context_length", 16);
        b.u32("deci.embedding_length", 8);
        b.u32("deci.attention.key_length", 2);
        b.numbers<std::int32_t>("deci.feed_forward_length", 5, {6, 3});
        b.numbers<std::int32_t>("deci.attention.head_count", 5, {4, 2});
        b.numbers<std::int32_t>("deci.attention.head_count_kv", 5, {2, 1});
        b.floats("token_embd.weight", {8, 1}, std::vector<float>(8));
        const auto config = nlohmann::json::parse(readGgufModel(*parse(b.bytes())).configText);
        QCOMPARE(config.at("model_type").get<std::string>(), std::string("llama"));
        QCOMPARE(config.at("num_attention_heads"), nlohmann::json({4, 2}));
        QCOMPARE(config.at("num_key_value_heads"), nlohmann::json({2, 1}));
        QCOMPARE(config.at("intermediate_size"), nlohmann::json({6, 3}));
        QCOMPARE(config.at("head_dim").get<int>(), 2);
    }

    void refusesModelsItCannotBe() {
        const auto model = [](const GgufBuilder& b) { return caught([&] { readGgufModel(*parse(b.bytes())); }); };
        QVERIFY(!model(tinyLlama()));
        const auto other = model(tinyLlama("lama2"));
        QVERIFY(says(other, ErrorCode::Unsupported, "architecture \"lama2\""));
        QVERIFY(says(other, ErrorCode::Unsupported, "nearest one that is: \"llama\""));
        QVERIFY(says(model(tinyLlama("llama", "block_count")), ErrorCode::BadInput, "key \"llama.block_count\" is missing"));
        QVERIFY(says(model(tinyLlama("llama", "token_embd.weight")), ErrorCode::BadInput,
                     "tensor \"token_embd.weight\" is missing"));
        auto b = tinyLlama();
        b.u32("llama.vocab_size", 7);
        QVERIFY(
            says(model(b), ErrorCode::BadInput, "key \"llama.vocab_size\" is 7, tensor \"token_embd.weight\" has 5 rows"));
        b = tinyLlama("llama", "attention.head_count");
        b.u32("llama.attention.head_count", 1);
        QVERIFY(says(model(b), ErrorCode::BadInput, "tensor \"blk.0.attn_k.weight\" has 4 rows"));
        for (const std::uint32_t heads : {3u, 16u}) {  // a rest, and a head of no features
            b = tinyLlama("llama", "attention.head_count");
            b.u32("llama.attention.head_count", heads);
            b.floats("rope_freqs.weight", {4}, {1, 1, 1, 1});
            QVERIFY(
                says(model(b), ErrorCode::BadInput,
                     "\"llama.embedding_length\" (8) is not a multiple of attention.head_count (" + std::to_string(heads)));
        }
        b = tinyLlama("llama", "attention.head_count_kv");
        b.u32("llama.attention.head_count_kv", 0);
        QVERIFY(says(model(b), ErrorCode::Unsupported, "attention without keys and values in layer 0"));
        b = tinyLlama();
        b.u32("llama.rope.dimension_count", 2);
        QVERIFY(says(model(b), ErrorCode::Unsupported, "a part of each head"));
        b = tinyLlama();
        b.u32("llama.expert_count", 8);  // a Mixtral then; tst_gguf_experts
        QVERIFY(says(model(b), ErrorCode::BadInput, "key \"llama.expert_used_count\" is missing"));
        b = tinyLlama("llama", "blk.0.ffn_up.weight");
        b.tensor("blk.0.ffn_up.weight", {256, 6}, 19, std::string(6 * 50, 'x'));
        QVERIFY(says(model(b), ErrorCode::Unsupported, "tensor \"blk.0.ffn_up.weight\" is stored as IQ1_S"));
        b = tinyLlama();
        b.floats("blk.0.attn_q_norm.weight", {4}, {1, 1, 1, 1});
        QVERIFY(
            says(model(b), ErrorCode::Unsupported, "a tensor \"blk.0.attn_q_norm.weight\", for which architecture llama"));
        b = tinyLlama();
        b.floats("rope_factors_long.weight", {2}, {1, 1});
        QVERIFY(says(model(b), ErrorCode::Unsupported, "rope_factors_long"));
    }

    // llama.cpp counts a factor without a type as linear and still reads the key of 2023; none of them may be passed over.
    void scalesOfPositionsCount() {
        const auto scaling = [](const std::function<void(GgufBuilder&)>& add) {
            auto b = tinyLlama();
            add(b);
            const auto config = nlohmann::json::parse(readGgufModel(*parse(b.bytes())).configText);
            return config.contains("rope_scaling") ? config.at("rope_scaling").at("factor").get<double>() : 0.0;
        };
        QCOMPARE(scaling([](auto&) {}), 0.0);
        QCOMPARE(scaling([](auto& b) { b.f32("llama.rope.scale_linear", 2); }), 2.0);
        QCOMPARE(scaling([](auto& b) { b.f32("llama.rope.scaling.factor", 4); }), 4.0);
        QCOMPARE(scaling([](auto& b) {
                     b.f32("llama.rope.scaling.factor", 4);
                     b.text("llama.rope.scaling.type", "linear");
                 }),
                 4.0);
        QCOMPARE(scaling([](auto& b) {
                     b.f32("llama.rope.scaling.factor", 4);
                     b.text("llama.rope.scaling.type", "none");
                 }),
                 0.0);
        QCOMPARE(scaling([](auto& b) { b.f32("llama.rope.scaling.factor", 1); }), 0.0);
        auto b = tinyLlama();
        b.text("llama.rope.scaling.type", "yarn");
        QVERIFY(says(caught([&] { readGgufModel(*parse(b.bytes())); }), ErrorCode::Unsupported, "\"yarn\""));
    }

    void keysThatChangeNumbersAreReadOrRefused() {
        const auto with = [](const std::function<void(GgufBuilder&)>& add) {
            auto b = tinyLlama();
            add(b);
            return caught([&] { readGgufModel(*parse(b.bytes())); });
        };
        for (const char* key : {"attention.scale", "attention.clamp_kqv", "final_logit_softcapping", "residual_scale",
                                "embedding_scale", "rope.scaling.attn_factor", "no_such_key"}) {
            const std::string whole = std::string("llama.") + key;
            QVERIFY2(says(with([&](auto& b) { b.f32(whole, 3); }), ErrorCode::Unsupported, "says \"" + whole + "\""), key);
        }
        QVERIFY(!with([](auto& b) {
            b.f32("llama.residual_scale", 1);
            b.f32("llama.attention.clamp_kqv", 0);
            b.flag("llama.attention.causal", true);
            b.u32("llama.rope.scaling.original_context_length", 8);
            b.u32("llama.expert_count", 0);
        }));
        QVERIFY(says(with([](auto& b) { b.flag("llama.attention.causal", false); }), ErrorCode::Unsupported, "causal"));
        QVERIFY(says(with([](auto& b) { b.text("llama.\x1b[31m", "x"); }), ErrorCode::Unsupported, "llama.?[31m"));
    }

    void aWindowMakesAMistral() {
        const auto config = [](std::uint32_t window) {
            auto b = tinyLlama();
            b.u32("llama.attention.sliding_window", window);
            return nlohmann::json::parse(readGgufModel(*parse(b.bytes())).configText);
        };
        QCOMPARE(config(5).at("model_type").get<std::string>(), std::string("mistral"));
        QCOMPARE(config(5).at("sliding_window").get<int>(), 5);
        QCOMPARE(config(16).at("model_type").get<std::string>(), std::string("llama"));  // as long as the context
    }

    void aFileInPartsOpensAsOne() {
        TempFolder folder;
        GgufWriter writer;
        const auto whole = parse(tinyLlama().bytes());
        for (const auto& [key, value] : whole->values()) writer.copy(key, value);
        for (const auto& tensor : whole->tensors())
            writer.tensor(tensor.name, *tensor.type, tensor.shape,
                          [&tensor] { return std::vector<std::byte>(tensor.bytes.begin(), tensor.bytes.end()); });
        const auto parts = writer.write(folder.path() / "tiny.gguf", 400);
        QVERIFY(parts.size() > 2);
        const std::string count = std::to_string(parts.size());
        QCOMPARE(parts.front().filename().string(), "tiny-00001-of-0000" + count + ".gguf");
        std::vector<std::filesystem::path> places = parts;  // any part, the folder, and the name before it was cut
        places.push_back(folder.path());
        places.push_back(folder.path() / "tiny.gguf");
        for (const auto& place : places) {
            const Checkpoint checkpoint = Checkpoint::open(place);
            QCOMPARE(checkpoint.tensors().size(), whole->tensors().size());
            for (const auto& [name, tensor] : readGgufModel(*whole).tensors) {
                const auto ours = checkpoint.tensors().at(name).inMemory(), theirs = tensor.inMemory();
                QVERIFY(std::memcmp(ours.data, theirs.data, theirs.bytes()) == 0);
            }
        }
        QCOMPARE(GgufFile::open(parts[1])->files(), parts);
        const auto open = [&](const std::filesystem::path& path) { return caught([&] { GgufFile::open(path); }); };
        std::filesystem::rename(parts[1], folder.path() / "other.gguf");
        QVERIFY(says(open(parts[0]), ErrorCode::BadInput, "is part 1 of " + count + " parts of a model; part 2"));
        QVERIFY(says(open(parts[0]), ErrorCode::BadInput, "tiny-00002-of-0000" + count + ".gguf) is missing"));
        QVERIFY(says(open(folder.path() / "other.gguf"), ErrorCode::BadInput, "its name does not end in"));
        std::filesystem::copy_file(parts[2], parts[1]);
        QVERIFY(says(open(parts[0]), ErrorCode::BadInput, "split.no and split.count say otherwise"));
    }

    // What the reference does to the number furthest from zero, and how near the searched scales of K blocks come.
    void numbersAreQuantisedByTheRule() {
        std::vector<float> values(256);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = std::sin(static_cast<float>(i) * 1.7f) * (1 + static_cast<float>(i % 31) / 8);
        const auto error = [&](const char* name) {
            const GgmlType& type = *ggmlType(name);
            std::vector<std::byte> blocks(values.size() / type.blockSize * type.blockBytes);
            std::vector<float> read(values.size());
            type.quantise(values.data(), blocks.data(), values.size());
            type.dequantise(blocks.data(), read.data(), read.size());
            double sum = 0;
            for (std::size_t i = 0; i < values.size(); ++i) sum += std::pow(static_cast<double>(read[i] - values[i]), 2);
            return std::sqrt(sum / static_cast<double>(values.size()));
        };
        QVERIFY(error("Q8_0") < 0.02);
        QVERIFY(error("Q6_K") < 0.07);
        QVERIFY(error("Q5_K") < error("Q5_0") && error("Q5_K") < error("Q5_1") * 1.05);
        QVERIFY(error("Q4_K") < error("Q4_0"));
        QVERIFY(error("Q5_K") < error("Q4_K") && error("Q6_K") < error("Q5_K"));
        for (const char* name : {"Q4_0", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"}) {  // nothing to divide by
            for (const float all : {0.0f, -0.75f, 2.0f, 1e-30f, 60000.0f}) {
                values.assign(256, all);
                QVERIFY2(error(name) <= 0.04 * std::abs(all) + 1e-8, name);
            }
        }
    }

    void refusesTokenizersItCannotBe() {
        const auto tokenizer = [](const GgufBuilder& b) { return caught([&] { tokenizerJsonOf(*parse(b.bytes())); }); };
        GgufBuilder b;
        QVERIFY(says(tokenizer(b), ErrorCode::BadInput, "tokenizer.ggml.tokens\" is missing"));
        b.texts("tokenizer.ggml.tokens", {"a", "b"});
        QVERIFY(says(tokenizer(b), ErrorCode::BadInput, "tokenizer.ggml.model\" is missing"));
        auto other = b;
        other.text("tokenizer.ggml.model", "bert");
        QVERIFY(says(tokenizer(other), ErrorCode::Unsupported, "kind \"bert\""));
        other = b;
        other.text("tokenizer.ggml.model", "llama");
        QVERIFY(says(tokenizer(other), ErrorCode::BadInput, "tokenizer.ggml.scores\" is missing"));
        b.text("tokenizer.ggml.model", "gpt2");
        QVERIFY(says(tokenizer(b), ErrorCode::BadInput, "tokenizer.ggml.merges\" is missing"));
        other = b;
        other.text("tokenizer.ggml.pre", "martian");
        QVERIFY(says(tokenizer(other), ErrorCode::Unsupported, "pre-tokenizer \"martian\""));
        b.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {1});
        QVERIFY(says(tokenizer(b), ErrorCode::BadInput, "lists 1 types for 2 tokens"));
    }

    void opensBothKindsOfTokenizer() {
        TempFolder folder;
        const auto bytes = openGgufTokenizer(folder.write("bytes.gguf", tinyLlama().bytes()));
        QCOMPARE(bytes->encode("ab ba"), (std::vector<int>{3, 4, 2, 1}));
        QCOMPARE(bytes->decode({0, 3, 4, 2}), std::string("ab b"));
        QCOMPARE(bytes->bosId(), 0);
        GgufBuilder b;
        b.text("tokenizer.ggml.model", "llama");
        b.texts("tokenizer.ggml.tokens", {"<unk>", "<s>", "</s>", "<0x41>", "▁", "a", "b", "ab", "▁ab", "ba"});
        b.numbers<float>("tokenizer.ggml.scores", 6, {0, 0, 0, 0, -9, -9, -9, -2, -3, -1});
        b.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {2, 3, 3, 6, 1, 1, 1, 1, 1, 1});
        const auto pieces = openGgufTokenizer(folder.write("pieces.gguf", b.bytes()));
        QCOMPARE(pieces->encode("ab"), (std::vector<int>{8}));
        QCOMPARE(pieces->encode("aba"), (std::vector<int>{4, 5, 9}));  // "ba" has the better score
        QCOMPARE(pieces->encode("A"), (std::vector<int>{4, 3}));       // by its byte
        QCOMPARE(pieces->decode({1, 8, 4, 3}), std::string("ab A"));
        QCOMPARE(pieces->bosId(), 1);
        QCOMPARE(pieces->eosIds(), std::vector<int>{2});
        QVERIFY(pieces->addsBos());
    }

    void survivesChangedBytes() {
        std::vector<std::string> files{tinyLlama().bytes(), tinyLlama("deci").bytes()};
        const std::filesystem::path real = LORASHEAR_SHARED_DIR "/models/stories260K/stories260K.gguf";
        if (std::filesystem::exists(real)) files.push_back(readFile(real));
        Random random(20260722, "gguf fuzz");
        for (const std::string& file : files) {
            const std::size_t header = std::min<std::size_t>(file.size(), 16000);
            const int rounds = file.size() < 100000 ? 3000 : 600;
            for (int round = 0; round < rounds; ++round) {
                std::string changed = file;
                const auto changes = 1 + random.below(4);
                for (std::uint64_t i = 0; i < changes; ++i) {
                    const auto at = static_cast<std::size_t>(random.below(header));
                    constexpr unsigned char kTelling[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
                    const bool telling = random.uniform() < 0.5;
                    changed[at] = static_cast<char>(telling ? kTelling[random.below(5)] : random.below(256));
                }
                if (random.uniform() < 0.1) changed.resize(static_cast<std::size_t>(random.below(changed.size())));
                useAll(changed);
            }
        }
    }
};

}  // namespace tst_gguf

QTEST_APPLESS_MAIN(tst_gguf::TestGguf)
#include "tst_gguf.moc"
