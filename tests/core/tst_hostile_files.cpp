// Files that crashed, hung or filled the memory of other readers, made here after the public descriptions of 2024 to 2026. Each is refused in words, and a
// small file may not ask for much memory: the whole program runs within a quarter of a gigabyte beyond what it has at its start.

#include "core/io/gguf.h"
#include "core/io/safetensors.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

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
    const char* name;
    std::string bytes;
};

std::vector<Fixture> ggufFiles() {
    const std::string arrayKey = text("tokenizer.ggml.tokens") + u32(9);
    return {
        {"the magic alone", "GGUF"},
        {"a file of 43 bytes that promises the most of everything", gguf(kHuge, kHuge, std::string(19, '\xff'))},
        {"version 0", gguf(0, 0, {}, 0)},
        {"version of the other byte order", gguf(0, 0, {}, 0x03000000)},
        {"more values than bytes", gguf(0, std::uint64_t{1} << 60, text("a"))},
        {"more tensors than bytes", gguf(std::uint64_t{1} << 60, 0, text("a"))},
        {"as many tensors as overflow when multiplied", gguf(kHuge / 24, 0, std::string(64, 'a'))},
        {"a key as long as all memory", gguf(0, 1, u64(kHuge) + "abc")},
        {"a key whose end wraps around", gguf(0, 1, u64(kHuge - 30) + std::string(64, 'a'))},
        {"a key of the largest 31-bit length", gguf(0, 1, u64(0x7fffffff) + "abc")},
        {"a string longer than the file", gguf(0, 1, text("general.name") + u32(8) + u64(std::uint64_t{1} << 40))},
        {"a value of no type", gguf(0, 1, text("a") + u32(77) + u64(0))},
        {"an array of no type", gguf(0, 1, arrayKey + u32(99) + u64(4))},
        {"an array of 2^61 strings", gguf(0, 1, arrayKey + u32(8) + u64(std::uint64_t{1} << 61))},
        {"an array of 2^62 bytes", gguf(0, 1, arrayKey + u32(0) + u64(std::uint64_t{1} << 62))},
        {"an array whose bytes overflow when multiplied",
         gguf(0, 1, arrayKey + u32(10) + u64((std::uint64_t{1} << 61) + 1))},
        {"arrays in arrays without end", gguf(0, 1,
                                              [&] {
                                                  std::string nested = arrayKey;
                                                  for (int i = 0; i < 20000; ++i) nested += u32(9) + u64(1);
                                                  return nested;
                                              }())},
        {"an alignment of 0", gguf(0, 1, text("general.alignment") + u32(4) + u32(0))},
        {"an alignment that is no power of two",
         gguf(1, 1, text("general.alignment") + u32(4) + u32(33) + tensor("a", {4}, 0, 0))},
        {"an alignment as large as addresses",
         gguf(1, 1, text("general.alignment") + u32(10) + u64(kHuge) + tensor("a", {4}, 0, 0))},
        {"a tensor of four billion dimensions", gguf(1, 0, text("a") + u32(0xffffffff) + u64(1))},
        {"a tensor whose elements overflow", gguf(1, 0, tensor("a", {kHuge, kHuge, 2, 2}, 0, 0) + std::string(64, 'a'))},
        {"a tensor of 2^63 elements", gguf(1, 0, tensor("a", {std::uint64_t{1} << 63}, 0, 0) + std::string(64, 'a'))},
        {"a tensor whose bytes overflow in its type",
         gguf(1, 0, tensor("a", {std::uint64_t{1} << 62}, 0, 0) + std::string(64, 'a'))},
        {"a tensor of size 0 with an offset far away", gguf(1, 0, tensor("a", {0}, 0, kHuge - 31) + std::string(64, 'a'))},
        {"a tensor behind the end", gguf(1, 0, tensor("a", {4}, 0, std::uint64_t{1} << 40) + std::string(64, 'a'))},
        {"a tensor whose end wraps around", gguf(1, 0, tensor("a", {4}, 0, kHuge - 7) + std::string(64, 'a'))},
        {"a tensor off the alignment", gguf(1, 0, tensor("a", {4}, 0, 3) + std::string(64, 'a'))},
        {"a tensor of no type", gguf(1, 0, tensor("a", {4}, 9999, 0) + std::string(64, 'a'))},
        {"half a block", gguf(1, 0, tensor("a", {7}, 2, 0) + std::string(64, 'a'))},
        {"the same tensor twice", gguf(2, 0, tensor("a", {4}, 0, 0) + tensor("a", {4}, 0, 32) + std::string(128, 'a'))},
        {"a tensor without a name", gguf(1, 0, tensor("", {4}, 0, 0) + std::string(64, 'a'))},
        {"a name longer than readers keep", gguf(1, 0, tensor(std::string(70000, 'n'), {4}, 0, 0) + std::string(64, 'a'))},
        {"the same key twice", gguf(0, 2, text("a") + u32(4) + u32(1) + text("a") + u32(4) + u32(2))},
    };
}

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
        {"the classes of Python", "{{ ''.__class__.__mro__[1].__subclasses__() }}"},
        {"the globals of a helper", "{{ cycler.__init__.__globals__.os.popen('id').read() }}"},
        {"the template itself", "{{ self.__init__.__globals__.__builtins__.__import__('os').system('id') }}"},
        {"a function of a namespace", "{{ namespace.__init__.__globals__ }}"},
        {"an attribute by a filter", "{{ '' | attr('__class__') | attr('__base__') }}"},
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
            for (const Fixture& fixture : fixtures)
                QTest::newRow((std::string(file) + ": " + fixture.name).c_str())
                    << QByteArray(file) << QByteArray::fromStdString(fixture.bytes);
        };
        rows("model.gguf", ggufFiles());
        rows("model.safetensors", safetensorsFiles());
        rows("tokenizer.json", tokenizers());
        rows("chat_template.jinja", templates());
    }
    void areRefused() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, bytes);
        const TempFolder folder;
        const auto path = folder.write(file.toStdString(), {bytes.data(), static_cast<std::size_t>(bytes.size())});
        const std::map<std::string, std::function<void()>> open{
            {"model.gguf", [&] { GgufFile::open(path); }},
            {"model.safetensors", [&] { SafetensorsFile::open(path); }},
            {"tokenizer.json",
             [&] {
                 const auto tokenizer = Tokenizer::open(folder.path());
                 tokenizer->decode(tokenizer->encode("ababé"));
             }},
            {"chat_template.jinja",
             [&] {
                 ChatTemplate::open(folder.path())->render({{"user", "Hello"}}, true);
             }},
        };
        const auto error = caught(open.at(file.toStdString()));
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
