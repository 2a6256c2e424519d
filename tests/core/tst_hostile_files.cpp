// Files that crashed, hung or filled the memory of other readers, made here after the public descriptions of 2024 to 2026, which stand beside them; rows
// without one are of the same kinds, in places where the reports do not go. Each is refused in words or read rightly, and with little work: what time it
// takes is told by what it allocates, the same on every machine. Within 50 ms and 64 MB.

#include "core/io/checkpoint.h"
#include "core/io/gguf.h"
#include "core/io/safetensors.h"
#include "core/text/chat_template.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/counted_memory.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <functional>

#include <sys/resource.h>
#include <unistd.h>

namespace tst_hostile_files {

using namespace lorashear;
using namespace lorashear::test;
using nlohmann::json;

namespace {

constexpr rlim_t kAllowance = rlim_t{256} << 20;
constexpr std::size_t kMostHeld = 64u << 20, kMostAllocated = 256u << 20, kMostAllocations = 400'000;  ///< of one file

template <typename T>
std::string number(T value) {
    std::string bytes(sizeof(T), '\0');
    for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
    return bytes;
}
std::string u32(std::uint32_t value) {
    return number(value);
}
std::string u64(std::uint64_t value) {
    return number(value);
}
std::string text(const std::string& value) {
    return u64(value.size()) + value;
}

constexpr std::uint64_t kHuge = ~std::uint64_t{0};

/// The head of a GGUF file.
std::string gguf(std::uint64_t tensors, std::uint64_t values, const std::string& rest, std::uint32_t version = 3) {
    return "GGUF" + u32(version) + u64(tensors) + u64(values) + rest;
}
/// A tensor's description: sizes innermost first.
std::string tensor(const std::string& name, const std::vector<std::uint64_t>& sizes, std::uint32_t type,
                   std::uint64_t offset) {
    std::string bytes = text(name) + u32(static_cast<std::uint32_t>(sizes.size()));
    for (const auto size : sizes) bytes += u64(size);
    return bytes + u32(type) + u64(offset);
}

std::string safetensors(const std::string& header, const std::string& data = {}) {
    return u64(header.size()) + header + data;
}

struct Fixture {
    std::string name;
    std::string bytes;
    const char* report = "";
};

std::vector<Fixture> ggufFiles() {
    const std::string arrayKey = text("tokenizer.ggml.tokens") + u32(9);
    return {
        {"the magic alone", "GGUF", "cortex.cpp #1985"},
        {"a file of 43 bytes that promises the most of everything", gguf(kHuge, kHuge, std::string(19, '\xff')),
         "llama.cpp #27188"},
        {"version 0", gguf(0, 0, {}, 0)},
        {"version of the other byte order", gguf(0, 0, {}, 0x03000000)},
        {"more values than bytes", gguf(0, std::uint64_t{1} << 60, text("a")), "ollama #17042"},
        {"more tensors than bytes", gguf(std::uint64_t{1} << 60, 0, text("a")), "ollama #17042"},
        {"as many tensors as overflow when multiplied", gguf(kHuge / 24, 0, std::string(64, 'a')), "llama.cpp #15711"},
        {"a key as long as all memory", gguf(0, 1, u64(kHuge) + "abc"), "ggml #1516"},
        {"a key whose end wraps around", gguf(0, 1, u64(kHuge - 30) + std::string(64, 'a')), "cortex.cpp #2159"},
        {"a key of the largest 31-bit length", gguf(0, 1, u64(0x7fffffff) + "abc"), "CVE-2025-49847"},
        {"a string longer than the file", gguf(0, 1, text("general.name") + u32(8) + u64(std::uint64_t{1} << 40)),
         "ggml #1516"},
        {"a value of no type", gguf(0, 1, text("a") + u32(77) + u64(0)), "cortex.cpp #1985"},
        {"an array of no type", gguf(0, 1, arrayKey + u32(99) + u64(4)), "cortex.cpp #1985"},
        {"an array of 2^61 strings", gguf(0, 1, arrayKey + u32(8) + u64(std::uint64_t{1} << 61)), "ggml #1516"},
        {"an array of 2^62 bytes", gguf(0, 1, arrayKey + u32(0) + u64(std::uint64_t{1} << 62)), "ggml #1516"},
        {"an array whose bytes overflow when multiplied", gguf(0, 1, arrayKey + u32(10) + u64((std::uint64_t{1} << 61) + 1)),
         "llama.cpp #19856"},
        {"arrays in arrays without end", gguf(0, 1,
                                              [&] {
                                                  std::string nested = arrayKey;
                                                  for (int i = 0; i < 20000; ++i) nested += u32(9) + u64(1);
                                                  return nested;
                                              }())},
        {"an alignment of four letters",
         gguf(1, 1, text("general.alignment") + u32(8) + text("abcd") + tensor("a", {4}, 0, 0)), "llama.cpp #24988"},
        {"an alignment of 0", gguf(0, 1, text("general.alignment") + u32(4) + u32(0)), "llama.cpp #26318"},
        {"an alignment that is no power of two",
         gguf(1, 1, text("general.alignment") + u32(4) + u32(33) + tensor("a", {4}, 0, 0)), "llama.cpp #26318"},
        {"an alignment as large as addresses",
         gguf(1, 1, text("general.alignment") + u32(10) + u64(kHuge) + tensor("a", {4}, 0, 0)), "llama.cpp #24997"},
        {"a tensor of four billion dimensions", gguf(1, 0, text("a") + u32(0xffffffff) + u64(1)), "gguf-tools #25"},
        {"a tensor whose elements overflow", gguf(1, 0, tensor("a", {kHuge, kHuge, 2, 2}, 0, 0) + std::string(64, 'a')),
         "llama.cpp #18674"},
        {"a tensor of 2^63 elements", gguf(1, 0, tensor("a", {std::uint64_t{1} << 63}, 0, 0) + std::string(64, 'a')),
         "llama.cpp #18674"},
        {"a tensor whose bytes overflow in its type",
         gguf(1, 0, tensor("a", {std::uint64_t{1} << 62}, 0, 0) + std::string(64, 'a')), "llama.cpp #14595"},
        {"a tensor of size 0 with an offset far away", gguf(1, 0, tensor("a", {0}, 0, kHuge - 31) + std::string(64, 'a'))},
        {"a tensor behind the end", gguf(1, 0, tensor("a", {4}, 0, std::uint64_t{1} << 40) + std::string(64, 'a')),
         "llama.cpp #14595"},
        {"a tensor whose end wraps around", gguf(1, 0, tensor("a", {4}, 0, kHuge - 7) + std::string(64, 'a')),
         "llama.cpp #26318"},
        {"a tensor off the alignment", gguf(1, 0, tensor("a", {4}, 0, 3) + std::string(64, 'a'))},
        {"a tensor of no type", gguf(1, 0, tensor("a", {4}, 9999, 0) + std::string(64, 'a'))},
        {"half a block", gguf(1, 0, tensor("a", {7}, 2, 0) + std::string(64, 'a'))},
        {"the same tensor twice", gguf(2, 0, tensor("a", {4}, 0, 0) + tensor("a", {4}, 0, 32) + std::string(128, 'a'))},
        {"a tensor without a name", gguf(1, 0, tensor("", {4}, 0, 0) + std::string(64, 'a'))},
        {"a name longer than readers keep", gguf(1, 0, tensor(std::string(70000, 'n'), {4}, 0, 0) + std::string(64, 'a'))},
        {"the same key twice", gguf(0, 2, text("a") + u32(4) + u32(1) + text("a") + u32(4) + u32(2))},
    };
}

/// All of the attack list of safetensors (its README, "Format" and "Benefits", and its tests of validate()): headers too large, holes, overlaps (polyglots and
/// bombs), keys twice, offsets and sizes out of range.
std::vector<Fixture> safetensorsFiles() {
    const auto one = [](const std::string& dtype, const std::string& shape, const std::string& offsets,
                        const std::string& data) {
        return safetensors(R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
                           data);
    };
    const std::string four(16, '\1');
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "{\"a\":";
    return {
        {"a header as long as all memory", u64(kHuge) + "{}"},
        {"a header of 100 MB and a byte", u64(100'000'001) + "{}"},
        {"a header longer than the file", u64(1000) + "{}"},
        {"a header of nothing", u64(0) + std::string(64, 'a')},
        {"a header that begins with a space", safetensors(" {}")},
        {"a header that is a list", safetensors("[]")},
        {"a header that is no UTF-8", safetensors("{\"\xff\xfe\":1}")},
        {"a header nested without end", safetensors(deep)},
        {"two meanings of one name",
         safetensors(
             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
             four)},
        {"tensors that share their bytes (a bomb)",
         safetensors(
             R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})",
             four)},
        {"bytes that no tensor owns", one("F32", "[2]", "[8,16]", four)},
        {"bytes behind the last tensor", one("F32", "[2]", "[0,8]", four)},
        {"an end before its beginning", one("F32", "[2]", "[16,8]", four)},
        {"an offset below zero", one("F32", "[2]", "[-8,0]", four)},
        {"an offset beyond 64 bits", one("F32", "[2]", "[0,99999999999999999999]", four)},
        {"an offset that is a fraction", one("F32", "[2]", "[0,8.0]", four)},
        {"three offsets", one("F32", "[2]", "[0,8,16]", four)},
        {"sizes whose product overflows", one("F32", "[4294967296,4294967296,4294967296]", "[0,16]", four)},
        {"sizes whose product overflows to what is there", one("F32", "[4611686018427387905,4]", "[0,16]", four)},
        {"a size below zero", one("F32", "[-4]", "[0,16]", four)},
        {"a type nobody knows", one("F7", "[4]", "[0,16]", four)},
        {"a shape that is no list", one("F32", "4", "[0,16]", four)},
        {"metadata that is a number", safetensors(R"({"__metadata__":{"a":1}})")},
        {"metadata that is a list", safetensors(R"({"__metadata__":[]})")},
    };
}

std::vector<Fixture> tokenizers() {
    const auto changed = [](const char* patch) {
        json root = json::parse(R"({"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"é":3},"merges":[["a","b"]]}})");
        root.merge_patch(json::parse(patch));
        return root.dump();
    };
    std::string sequences = R"({"type":"NFC"})";
    for (int i = 0; i < 5000; ++i) sequences = R"({"type":"Sequence","normalizers":[)" + sequences + "]}";
    const auto replacing = [](const std::string& content) {
        return json{{"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", content}};
    };
    const auto doubling = [&](const char* kind, const char* list, int depth) {
        json steps = json::array();
        for (int i = 0; i < 40; ++i) steps.push_back(replacing("aa"));
        json sequence = {{"type", "Sequence"}, {list, steps}};
        for (int i = 0; i < depth; ++i) sequence = {{"type", "Sequence"}, {list, json::array({sequence})}};
        return changed(json{{kind, sequence}}.dump().c_str());
    };
    const auto bytesOfBytes = [&](int depth) {
        json steps = json::array();
        for (int i = 0; i < 40; ++i)
            steps.push_back({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}});
        json sequence = {{"type", "Sequence"}, {"pretokenizers", steps}};
        for (int i = 0; i < depth; ++i) sequence = {{"type", "Sequence"}, {"pretokenizers", json::array({sequence})}};
        return changed(json{{"pre_tokenizer", sequence}}.dump().c_str());
    };
    const auto metaspace = [&](const char* kind, const std::string& mark) {
        return changed(json{{kind, {{"type", "Metaspace"}, {"replacement", mark}}}}.dump().c_str());
    };
    return {
        {"an id of two billion", changed(R"({"model":{"vocab":{"c":2000000000}}})")},
        {"an added token of id two billion", changed(R"({"added_tokens":[{"id":2147483647,"content":"<x>"}]})")},
        {"an id below zero", changed(R"({"model":{"vocab":{"c":-5}}})")},
        {"a merge of tokens that are not there", changed(R"({"model":{"merges":[["a","zz"]]}})")},
        {"a merge of a token with itself without end", changed(R"({"model":{"merges":[["a",""]]}})")},
        {"a vocabulary that is a list", changed(R"({"model":{"vocab":[]}})")},
        {"normalizers in each other",
         R"({"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"normalizer":)" + sequences + "}"},
        {"replacements that double a text forty times", doubling("normalizer", "normalizers", 0)},
        {"the same in sequences within each other", doubling("normalizer", "normalizers", 20)},
        {"decoders that double a text forty times", doubling("decoder", "decoders", 0)},
        {"bytes of bytes of a letter, forty times", bytesOfBytes(0)},
        {"the same in sequences of pre-tokenizers", bytesOfBytes(20)},
        {"a megabyte for a letter", changed(json{{"normalizer", replacing(std::string(1 << 20, 'a'))}}.dump().c_str())},
        {"a mark for spaces that is found everywhere", metaspace("decoder", "")},
        {"the same on the way in", metaspace("pre_tokenizer", "")},
        {"a mark for spaces of a kilobyte", metaspace("pre_tokenizer", std::string(1024, '_'))},
        {"an expression with an open group",
         changed(R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(("},"behavior":"Isolated"}})")},
        {"a count in an expression beyond all bounds",
         changed(R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a{9999}){9999}"},"behavior":"Isolated"}})")},
    };
}

/// Programs that reach for what an interpreter of Python would give them, and such as never end.
std::vector<Fixture> templates() {
    return {
        {"the classes of Python", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "CVE-2024-34359"},
        {"the globals of a helper", "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "CVE-2024-34359"},
        {"the template itself", "{{ self.__init__.__globals__.__builtins__.__import__('os').system('id') }}",
         "CVE-2024-34359"},
        {"a function of a namespace", "{{ namespace.__init__.__globals__ }}", "CVE-2024-34359"},
        {"an attribute by a filter", "{{ '' | attr('__class__') | attr('__base__') }}", "CVE-2024-34359"},
        {"a file", "{% include '/etc/passwd' %}"},
        {"a module", "{% import 'os' as os %}"},
        {"a format that looks around", "{{ '{0.__class__}'.format(messages) }}"},
        {"a sum that doubles",
         "{% set ns = namespace(a='xxxxxxxx') %}{% for i in range(64) %}{% set ns.a = ns.a + ns.a %}{% endfor %}"},
        {"loops in loops",
         "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}"},
        {"lists in each other",
         "{% set ns = namespace(a=[]) %}{% for i in range(99999) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a }}"},
        {"a number as large as it likes", "{{ 10 ** 10 ** 10 }}"},
        {"turns of a long text, again and again",
         "{% set a = 'x' * 400000 %}{% for i in range(9000) %}{% set b = a[::-1] %}{% endfor %}"},
        {"letters of a long text", "{% set a = 'x' * 400000 %}{% for i in range(9000) %}{% set b = a[7] %}{% endfor %}"},
        {"a long text in a longer",
         "{% set a = 'x' * 900000 %}{% set b = 'x' * 450000 ~ 'y' %}{% for i in range(99) %}{{ b in a }}{% endfor %}"},
        {"all letters of a text stripped from it",
         "{% set a = 'x' * 900000 %}{% for i in range(99) %}{{ a.strip(a) }}{% endfor %}"},
        {"words without end", "{% set a = 'x ' * 400000 %}{% for i in range(9000) %}{% set b = a.split() %}{% endfor %}"},
        {"numbers sorted and made single", "{{ range(60000) | list | sort | unique | list | length }}"},
        {"a search in lists",
         "{% set a = range(9999) | list %}{% for i in range(9999) %}{% if -1 in a %}{% endif %}{% endfor %}"},
        {"macros that call themselves twice",
         "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(38) }}"},
        {"a dictionary of itself",
         "{% set ns = namespace() %}{% for i in range(60000) %}{% set ns.a = {'a': ns.a, 'b': ns.a} %}{% endfor %}"},
    };
}

std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}
/// A field of a protocol buffer that holds bytes.
std::string field(int number, const std::string& content) {
    return varint(static_cast<std::uint64_t>(number) << 3 | 2) + varint(content.size()) + content;
}
std::string piece(const std::string& text, int type) {
    return field(1, field(1, text) + varint(3 << 3) + varint(static_cast<std::uint64_t>(type)));
}

/// tokenizer.model, SentencePiece's: types 1 normal, 2 unknown, 3 control, 6 byte.
std::vector<Fixture> sentencePieces() {
    const std::string good = piece("<unk>", 2) + piece("a", 1);
    const std::string bytesFallBack = field(2, varint(35 << 3) + varint(1));
    std::string groups;
    for (int i = 0; i < 100000; ++i) groups += varint(900 << 3 | 3);
    return {
        {"a piece longer than the file", good + varint(1 << 3 | 2) + varint(std::uint64_t{1} << 40) + "abc",
         "CVE-2025-49847"},
        {"a piece whose end wraps around", good + varint(1 << 3 | 2) + varint(kHuge) + "abc", "CVE-2025-49847"},
        {"a length that does not end", good + varint(1 << 3 | 2) + std::string(64, '\xff')},
        {"groups in groups without end", good + groups},
        {"the same piece twice", good + piece("a", 1)},
        {"a piece without a text", good + piece("", 1)},
        {"no unknown token", piece("a", 1), "llama.cpp #25508"},
        {"two unknown tokens", good + piece("<unk2>", 2)},
        {"a byte below zero", good + piece("<0x-1>", 6) + bytesFallBack, "LM Studio #2289"},
        {"one byte of 256", good + piece("<0x41>", 6) + bytesFallBack},
        {"a table of letters of two bytes", good + field(3, field(2, "ab")), "llama.cpp #25258"},
        {"a table of letters as long as all memory",
         good + field(3, field(2,
                               "\xff\xff\xff\xff"
                               "abc")),
         "llama.cpp #25258"},
    };
}

/// The tokenizer's block of a GGUF file, of the kind that SentencePiece's become there.
GgufBuilder block(const std::vector<std::string>& tokens = {"<unk>", "<s>", "</s>", "a", "b", "ab"}) {
    GgufBuilder file;
    file.text("general.architecture", "llama");
    file.text("tokenizer.ggml.model", "llama");
    file.texts("tokenizer.ggml.tokens", tokens);
    return file;
}
Fixture changedBlock(const char* name, const char* report, const std::function<void(GgufBuilder&)>& change,
                     const std::vector<std::string>& tokens = {"<unk>", "<s>", "</s>", "a", "b", "ab"}) {
    auto file = block(tokens);
    change(file);
    return {name, file.bytes(), report};
}

std::vector<Fixture> blocks() {
    const std::vector<float> scores{0, 0, 0, -1, -2, -3};
    const std::vector<std::int32_t> types{2, 3, 3, 1, 1, 1};
    const auto whole = [=](GgufBuilder& b) {
        b.numbers("tokenizer.ggml.scores", 6, scores);
        b.numbers("tokenizer.ggml.token_type", 5, types);
    };
    return {
        changedBlock("fewer scores than tokens", "llama.cpp #20735",
                     [](GgufBuilder& b) { b.numbers<float>("tokenizer.ggml.scores", 6, {0}); }),
        changedBlock("fewer types than tokens", "llama.cpp #20735",
                     [&](GgufBuilder& b) {
                         b.numbers("tokenizer.ggml.scores", 6, scores);
                         b.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {1});
                     }),
        changedBlock("scores of a byte each", "llama.cpp #26690",
                     [](GgufBuilder& b) {
                         b.numbers<std::uint8_t>("tokenizer.ggml.scores", 0, {0, 0, 0, 1, 2, 3});
                     }),
        changedBlock("scores that are texts", "llama.cpp #26690",
                     [](GgufBuilder& b) {
                         b.texts("tokenizer.ggml.scores", {"0", "0", "0", "1", "2", "3"});
                     }),
        changedBlock("types of a byte each", "llama.cpp #26690",
                     [&](GgufBuilder& b) {
                         b.numbers("tokenizer.ggml.scores", 6, scores);
                         b.numbers<std::uint8_t>("tokenizer.ggml.token_type", 0, {2, 3, 3, 1, 1, 1});
                     }),
        changedBlock("types that there are none of", "llama.cpp #26690",
                     [&](GgufBuilder& b) {
                         b.numbers("tokenizer.ggml.scores", 6, scores);
                         b.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {2, 3, 3, -5, 99, 1});
                     }),
        changedBlock("ids behind the last token", "llama.cpp #25475",
                     [&](GgufBuilder& b) {
                         whole(b);
                         b.u32("tokenizer.ggml.bos_token_id", 4000000000u);
                         b.u32("tokenizer.ggml.eos_token_id", 6);
                         b.u32("tokenizer.ggml.unknown_token_id", 0x7fffffffu);
                     }),
        changedBlock("one token, and ids that are taken for granted", "llama.cpp #25508",
                     [](GgufBuilder& b) { b.numbers<float>("tokenizer.ggml.scores", 6, {0}); }, {"a"}),
        changedBlock("no tokens", "llama.cpp #25508", [](GgufBuilder&) {}, {}),
        changedBlock("a byte below zero", "LM Studio #2289",
                     [](GgufBuilder& b) {
                         b.numbers<float>("tokenizer.ggml.scores", 6, {0, 0, 0});
                         b.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {2, 6, 6});
                     },
                     {"<unk>", "<0x-1>", "<0xzz>"}),
        changedBlock("a table of letters of two bytes", "llama.cpp #25258",
                     [&](GgufBuilder& b) {
                         whole(b);
                         b.numbers<std::uint8_t>("tokenizer.ggml.precompiled_charsmap", 0, {1, 2});
                     }),
        changedBlock("a token of a megabyte", "CVE-2025-49847",
                     [](GgufBuilder& b) {
                         b.numbers<float>("tokenizer.ggml.scores", 6, {0, 0});
                     },
                     {"<unk>", std::string(1 << 20, 'a')}),
        changedBlock("scores that are no numbers", "",
                     [](GgufBuilder& b) {
                         const float none = std::nanf("");
                         b.numbers<float>("tokenizer.ggml.scores", 6, {0, 0, 0, none, none, none});
                     }),
    };
}

/// Sizes of a model, each in an otherwise whole file.
std::vector<Fixture> models() {
    const auto with = [](const std::string& key, std::uint32_t value, const char* report = "") {
        auto file = tinyLlama("llama", key);
        file.u32("llama." + key, value);
        return Fixture{key + " of " + std::to_string(value), file.bytes(), report};
    };
    auto heads = tinyLlama("llama", "attention.head_count_kv");
    heads.numbers<std::int32_t>("llama.attention.head_count_kv", 5, std::vector<std::int32_t>(600, 1));
    return {
        with("block_count", 0),
        with("block_count", 513, "llama.cpp #25821"),
        with("block_count", 0xffffffffu, "llama.cpp #25821"),
        with("embedding_length", 0),
        with("embedding_length", 0xffffffffu, "llama.cpp #15711"),
        with("feed_forward_length", 0xffffffffu, "llama.cpp #15711"),
        with("attention.head_count", 0),
        with("attention.head_count", 0xffffffffu),
        with("attention.head_count_kv", 0),
        with("attention.head_count_kv", 3),
        {"more counts of heads than blocks", heads.bytes(), "llama.cpp #25821"},
    };
}

}  // namespace

class TestHostileFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        std::ifstream statistics("/proc/self/statm");
        rlim_t pages = 0;
        statistics >> pages;
        rlimit limit{};
        QCOMPARE(getrlimit(RLIMIT_AS, &limit), 0);
        limit.rlim_cur = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + kAllowance;
        QCOMPARE(setrlimit(RLIMIT_AS, &limit), 0);
    }

    void areRefused_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("bytes");
        const auto rows = [](const char* file, const std::vector<Fixture>& fixtures) {
            for (const Fixture& fixture : fixtures) {
                const std::string report = *fixture.report ? std::string(" (") + fixture.report + ")" : "";
                QTest::newRow((std::string(file) + ": " + fixture.name + report).c_str())
                    << QByteArray(file) << QByteArray::fromStdString(fixture.bytes);
            }
        };
        rows("model.gguf", ggufFiles());
        rows("model.safetensors", safetensorsFiles());
        rows("tokenizer.json", tokenizers());
        rows("chat_template.jinja", templates());
        rows("tokenizer.model", sentencePieces());
        rows("block.gguf", blocks());
        rows("whole.gguf", models());
    }
    void areRefused() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, bytes);
        const TempFolder folder;
        const auto path = folder.write(file.toStdString(), {bytes.data(), static_cast<std::size_t>(bytes.size())});
        bool readRightly = false;
        const std::map<std::string, std::function<void()>> open{
            {"model.gguf", [&] { GgufFile::open(path); }},
            {"model.safetensors", [&] { SafetensorsFile::open(path); }},
            {"tokenizer.json",
             [&] {
                 const auto tokenizer = Tokenizer::open(folder.path());
                 tokenizer->decode(tokenizer->encode("ababé"));
             }},
            {"tokenizer.model", [&] { openSentencePieceTokenizer(folder.path())->encode("ab"); }},
            {"block.gguf",
             [&] {
                 const auto tokenizer = Tokenizer::open(path);
                 for (const int id : tokenizer->encode("ab <0x41>")) QVERIFY(id >= 0 && id < tokenizer->vocabularySize());
                 readRightly = true;
             }},
            {"whole.gguf",
             [&] {
                 readRightly =
                     !Checkpoint::open(path).configText().empty();  // what its tensors lack is found when they are read
             }},
            {"chat_template.jinja",
             [&] {
                 ChatTemplate::open(folder.path())->render({{"user", "Hello"}}, true);
             }},
        };
        const auto& work = open.at(file.toStdString());
        const CountedMemory counted;
        const auto error = caught(work);
        const auto spent = counted.spent();
        QVERIFY2(spent.mostHeld <= kMostHeld, qPrintable(QString("held %1 bytes").arg(spent.mostHeld)));
        QVERIFY2(spent.bytes <= kMostAllocated, qPrintable(QString("allocated %1 bytes").arg(spent.bytes)));
        QVERIFY2(spent.times <= kMostAllocations, qPrintable(QString("allocated %1 times").arg(spent.times)));
        if (readRightly) return;
        QVERIFY2(error, "was taken");
        QVERIFY2(error->code() == ErrorCode::BadInput || error->code() == ErrorCode::Unsupported, error->what());
        QVERIFY(!error->message().empty() && error->subject().find(file.toStdString()) != std::string::npos);
    }

    /// What each part of a text may grow to is little; of ten thousand parts it is gigabytes.
    void partsThatGrowTogetherAreRefused() {
        const std::string long60K = std::string(60000, 'b');
        json replaced = {{"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", long60K}};
        json root = json::parse(R"({"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"é":3},"merges":[["a","b"]]}})");
        std::string parts;
        for (int i = 0; i < 10000; ++i) parts += "ab";
        const auto refused = [](const json& tokenizer, const std::string& text) {
            const TempFolder folder;
            folder.write("tokenizer.json", tokenizer.dump());
            const auto opened = Tokenizer::open(folder.path());
            return caught([&] { opened->decode(opened->encode(text)); });
        };
        QVERIFY(!refused(root, "ababé"));  // what areRefused() reads is no reason in itself
        root["decoder"] = replaced;
        QVERIFY(says(refused(root, parts), ErrorCode::Unsupported, "times as long"));
        root.erase("decoder");
        root["normalizer"] = replaced;
        root["added_tokens"] = json::parse(R"([{"id":1,"content":"b","normalized":false}])");
        QVERIFY(says(refused(root, parts), ErrorCode::Unsupported, "times as long"));
    }
};

}  // namespace tst_hostile_files

QTEST_APPLESS_MAIN(tst_hostile_files::TestHostileFiles)
#include "tst_hostile_files.moc"
