#include "tests/bench/shape_checkpoint.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdint>
#include <fstream>
#include <utility>
#include <vector>

namespace lorashear::bench {

namespace {

struct Tensor {
    QString name;
    std::vector<qint64> shape;
    qint64 count() const {
        qint64 all = 1;
        for (const qint64 size : shape) all *= size;
        return all;
    }
};

std::vector<Tensor> tensorsOf(const LlamaShape& shape) {
    const qint64 hidden = shape.hidden, wide = shape.intermediate, words = shape.vocabulary;
    std::vector<Tensor> tensors{{QStringLiteral("model.embed_tokens.weight"), {words, hidden}},
                                {QStringLiteral("model.norm.weight"), {hidden}}};
    if (!shape.tied) tensors.push_back({QStringLiteral("lm_head.weight"), {words, hidden}});
    for (int layer = 0; layer < shape.layers; ++layer) {
        const QString block = QStringLiteral("model.layers.%1.").arg(layer);
        for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
            tensors.push_back({block + QStringLiteral("self_attn.%1.weight").arg(QLatin1String(name)), {hidden, hidden}});
        for (const char* name : {"gate_proj", "up_proj"})
            tensors.push_back({block + QStringLiteral("mlp.%1.weight").arg(QLatin1String(name)), {wide, hidden}});
        tensors.push_back({block + QStringLiteral("mlp.down_proj.weight"), {hidden, wide}});
        for (const char* name : {"input_layernorm", "post_attention_layernorm"})
            tensors.push_back({block + QStringLiteral("%1.weight").arg(QLatin1String(name)), {hidden}});
    }
    return tensors;
}

QByteArray headerOf(const std::vector<Tensor>& tensors, qint64& bytes) {
    QJsonObject header;
    bytes = 0;
    for (const Tensor& tensor : tensors) {
        QJsonArray sizes;
        for (const qint64 size : tensor.shape) sizes.append(size);
        const qint64 end = bytes + 4 * tensor.count();
        header[tensor.name] = QJsonObject{{QStringLiteral("dtype"), QStringLiteral("F32")},
                                          {QStringLiteral("shape"), sizes},
                                          {QStringLiteral("data_offsets"), QJsonArray{bytes, end}}};
        bytes = end;
    }
    return QJsonDocument(header).toJson(QJsonDocument::Compact);
}

void writeNumbers(std::ofstream& out, const std::vector<Tensor>& tensors) {
    std::uint64_t state = 88172645463325252ULL;
    std::vector<float> numbers;
    for (const Tensor& tensor : tensors) {
        numbers.assign(std::size_t(tensor.count()), 1.0F);
        if (tensor.shape.size() > 1)
            for (float& number : numbers) {  // xorshift
                state ^= state << 13, state ^= state >> 7, state ^= state << 17;
                number = 0.1F * (float(state >> 40) / float(1 << 24) - 0.5F);
            }
        out.write(reinterpret_cast<const char*>(numbers.data()), std::streamsize(4 * numbers.size()));
    }
}

}  // namespace

void writeShapeCheckpoint(const QString& folder, const LlamaShape& shape, Numbers numbers) {
    QDir().mkpath(folder);
    const QString bundled = QStringLiteral(LORASHEAR_SOURCE_DIR "/resources/models/stories260K/");
    for (const char* file : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"})
        QFile::copy(bundled + QLatin1String(file), folder + QLatin1Char('/') + QLatin1String(file));
    QFile config(folder + QStringLiteral("/config.json"));
    if (config.open(QIODevice::WriteOnly))
        config.write(QJsonDocument(QJsonObject{{QStringLiteral("model_type"), QStringLiteral("llama")},
                                               {QStringLiteral("hidden_size"), shape.hidden},
                                               {QStringLiteral("num_hidden_layers"), shape.layers},
                                               {QStringLiteral("num_attention_heads"), shape.heads},
                                               {QStringLiteral("num_key_value_heads"), shape.heads},
                                               {QStringLiteral("intermediate_size"), shape.intermediate},
                                               {QStringLiteral("vocab_size"), shape.vocabulary},
                                               {QStringLiteral("max_position_embeddings"), 2048},
                                               {QStringLiteral("rms_norm_eps"), 1e-5},
                                               {QStringLiteral("tie_word_embeddings"), shape.tied}})
                         .toJson());
    config.close();
    const auto tensors = tensorsOf(shape);
    qint64 bytes = 0;
    const QByteArray header = headerOf(tensors, bytes);
    const QString file = folder + QStringLiteral("/model.safetensors");
    std::ofstream out(file.toStdString(), std::ios::binary);
    for (int i = 0; i < 8; ++i) out.put(char(quint64(header.size()) >> (8 * i) & 0xff));
    out.write(header.constData(), header.size());
    if (numbers == Numbers::Random) return writeNumbers(out, tensors);
    out.close();
    QFile::resize(file, 8 + header.size() + bytes);
}

std::string loadOfMachine() {
    std::ifstream in("/proc/loadavg");
    std::string load;
    std::getline(in, load);
    return load;
}

}  // namespace lorashear::bench
