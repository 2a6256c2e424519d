#include "ui/widgets/option_form.h"

#include "core/base/error.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/setting_box.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

int decimalsFor(const Setting& setting) {
    const double fallback = std::abs(QString::fromStdString(setting.fallback).toDouble());
    const double smallest = fallback != 0 ? fallback : std::max(setting.range.least, 1e-3);
    return std::clamp(int(std::ceil(-std::log10(smallest))) + 2, 2, 8);
}

template <class Info>
std::vector<OptionForm::Entry> entriesOf(const std::vector<Info>& table) {
    std::vector<OptionForm::Entry> entries;
    entries.reserve(table.size());
    for (const Info& info : table) entries.push_back({info.id, info.title, info.help, info.options});
    return entries;
}

}  // namespace

QString optionLabel(const std::string& key) {
    QString label;
    for (char c : key) label += QChar::fromLatin1(c).toLower();
    label.replace(QLatin1Char('_'), QLatin1Char(' ')).replace(QLatin1Char('-'), QLatin1Char(' '));
    if (!label.isEmpty()) label[0] = label[0].toUpper();
    return coreText(label.toStdString());
}

OptionForm::OptionForm(Session& session, Source source, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_source(std::move(source)),
      m_choice(new QComboBox(this)),
      m_help(makeMuted({}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_choice->setObjectName(m_source.name);
    m_choice->setAccessibleName(m_source.label);
    m_choice->setToolTip(m_source.toolTip);
    for (const Entry& entry : m_source.entries) m_choice->addItem(coreText(entry.title), QString::fromStdString(entry.id));
    column->addWidget(m_choice);
    column->addWidget(m_help);
    connect(m_choice, &QComboBox::activated, this, &OptionForm::choose);
    connect(&m_session, &Session::recipeChanged, this, &OptionForm::refresh);
    connect(&m_session, &Session::settleWanted, this, [this] {
        for (QAbstractSpinBox* box : findChildren<QAbstractSpinBox*>()) box->interpretText();
    });
    refresh();
}

MethodForm::MethodForm(Session& session, QWidget* parent)
    : OptionForm(session,
                 {QStringLiteral("method"), QStringLiteral("option_"), tr("Pruning method"),
                  tr("How groups are chosen and brought to zero"), entriesOf(methodTable()),
                  [](Recipe& r) -> std::string& { return r.method.id; },
                  [](Recipe& r) -> std::string& { return r.method.optionsJson; }},
                 parent) {}

SchemeForm::SchemeForm(Session& session, QWidget* parent)
    : OptionForm(session,
                 {QStringLiteral("scheme"), QStringLiteral("recovery_"), tr("Scheme of recovery"),
                  tr("How recovery goes about its phases"), entriesOf(schemeTable()),
                  [](Recipe& r) -> std::string& { return r.recovery.scheme; },
                  [](Recipe& r) -> std::string& { return r.recovery.optionsJson; }},
                 parent) {}

const OptionForm::Entry* OptionForm::chosen() const {
    Recipe recipe = m_session.recipe();
    const auto& all = m_source.entries;
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const Entry& entry) { return entry.id == m_source.id(recipe); });
    return at == all.end() ? nullptr : &*at;
}

QJsonObject OptionForm::values() const {
    Recipe recipe = m_session.recipe();
    std::string text = m_source.options(recipe);
    try {
        if (const Entry* entry = chosen()) text = entry->options.complete(text, "/options");
    } catch (const Error&) {  // a value that is refused is said where the recipe is checked, and stays to be mended
    }
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
}

void OptionForm::choose(int index) {
    const std::string id = m_choice->itemData(index).toString().toStdString();
    m_session.edit(inSentence(m_source.label), [&](Recipe& recipe) {
        if (m_source.id(recipe) == id) return;
        m_source.id(recipe) = id;
        m_source.options(recipe) = "{}";  // another one's options would be refused
    });
}

void OptionForm::setOption(const QString& key, const QJsonValue& value) {
    if (m_refreshing) return;
    QJsonObject options = values();
    options.insert(key, value);
    m_session.edit(
        inSentence(optionLabel(key.toStdString())),
        [&](Recipe& recipe) {
            m_source.options(recipe) = QJsonDocument(options).toJson(QJsonDocument::Compact).toStdString();
        },
        m_source.prefix + key);
}

QWidget* OptionForm::makeWeights(const Setting& setting) {
    auto* group = new QWidget(m_fields);
    auto* form = new QFormLayout(group);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setContentsMargins(12, 0, 0, 0);
    const QString key = QString::fromStdString(setting.key);
    for (const std::string& id : setting.choices) {
        const QString name = QString::fromStdString(id);
        auto* box = new QDoubleSpinBox(group);
        box->setObjectName(QStringLiteral("%1%2_%3").arg(m_source.prefix, key, name));
        box->setAccessibleName(optionLabel(id));
        setBounds(box, setting);
        box->setSingleStep(0.1);
        box->setKeyboardTracking(false);  // half a number typed may be the 0 that is refused
        form->addRow(optionLabel(id), box);
        connect(box, &QDoubleSpinBox::valueChanged, this, [this, key, name](double value) {
            QJsonObject weights = values().value(key).toObject();
            weights.insert(name, value);
            setOption(key, weights);
        });
        m_refreshers.push_back([box, key, name](const QJsonObject& options) {
            box->setValue(options.value(key).toObject().value(name).toDouble());
        });
    }
    return group;
}

QWidget* OptionForm::makeField(const Setting& setting) {
    const QString key = QString::fromStdString(setting.key);
    const QString suffix = setting.unit.empty() ? QString() : QLatin1Char(' ') + coreText(setting.unit);
    switch (setting.type) {
        case SettingType::Integer: {
            auto* box = new QSpinBox(m_fields);
            setBounds(box, setting);
            const QString unit = coreText(setting.unit);
            const auto show = [box, unit](int value) {
                if (!unit.isEmpty()) box->setSuffix(QLatin1Char(' ') + countWord(unit, value));
            };
            show(box->value());
            connect(box, &QSpinBox::valueChanged, box, show);
            connect(box, &QSpinBox::valueChanged, this, [this, key](int value) { setOption(key, value); });
            m_refreshers.push_back([box, key](const QJsonObject& options) { box->setValue(options.value(key).toInt()); });
            return box;
        }
        case SettingType::Number: {
            auto* box = new QDoubleSpinBox(m_fields);
            box->setDecimals(decimalsFor(setting));
            setBounds(box, setting);
            box->setSingleStep(std::pow(10.0, -decimalsFor(setting) + 1));
            box->setSuffix(suffix);
            connect(box, &QDoubleSpinBox::valueChanged, this, [this, key](double value) { setOption(key, value); });
            m_refreshers.push_back([box, key](const QJsonObject& options) { box->setValue(options.value(key).toDouble()); });
            return box;
        }
        case SettingType::Flag: {
            auto* box = new QCheckBox(optionLabel(setting.key), m_fields);
            connect(box, &QCheckBox::toggled, this, [this, key](bool on) { setOption(key, on); });
            m_refreshers.push_back([box, key](const QJsonObject& options) { box->setChecked(options.value(key).toBool()); });
            return box;
        }
        case SettingType::Choice: {
            auto* box = new QComboBox(m_fields);
            for (const std::string& choice : setting.choices)
                box->addItem(optionLabel(choice), QString::fromStdString(choice));
            connect(box, &QComboBox::activated, this,
                    [this, box, key](int index) { setOption(key, box->itemData(index).toString()); });
            m_refreshers.push_back([box, key](const QJsonObject& options) {
                box->setCurrentIndex(box->findData(options.value(key).toString()));
            });
            return box;
        }
        case SettingType::Weights: return makeWeights(setting);
        case SettingType::TextList: {
            auto* line = new QLineEdit(m_fields);
            line->setPlaceholderText(tr("names, with commas between them"));
            connect(line, &QLineEdit::editingFinished, this, [this, line, key] {
                QJsonArray list;
                for (const QString& part : line->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
                    if (!part.trimmed().isEmpty()) list.append(part.trimmed());
                if (list != values().value(key).toArray()) setOption(key, list);
            });
            m_refreshers.push_back([line, key](const QJsonObject& options) {
                QStringList names;
                for (const auto& name : options.value(key).toArray()) names += name.toString();
                line->setText(names.join(QStringLiteral(", ")));
            });
            return line;
        }
        default: break;
    }
    throw Error(ErrorCode::Internal, setting.key, "is an option of a kind that no form can show");
}

void OptionForm::rebuild(const Entry& entry) {
    m_refreshers.clear();
    if (m_fields) {
        layout()->removeWidget(m_fields);
        m_fields->hide();
        m_fields->deleteLater();  // the edit may come from one of its own fields
    }
    m_fields = new QWidget(this);
    auto* form = new QFormLayout(m_fields);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(6);
    for (const Setting& spec : entry.options.settings) {
        QWidget* field = makeField(spec);
        const QString help = coreText(spec.help);
        if (spec.type != SettingType::Weights) {
            field->setObjectName(m_source.prefix + QString::fromStdString(spec.key));
            field->setAccessibleName(optionLabel(spec.key));
            field->setAccessibleDescription(help);
        }
        field->setToolTip(help);
        if (spec.type == SettingType::Flag) {
            form->addRow(field);
            continue;
        }
        auto* label = new QLabel(optionLabel(spec.key), m_fields);
        label->setToolTip(help);
        label->setBuddy(field);
        if (spec.type == SettingType::Weights) {
            form->addRow(label);
            form->addRow(field);
        } else {
            form->addRow(label, field);
        }
    }
    layout()->addWidget(m_fields);
    m_shown = entry.id;
}

void OptionForm::refresh() {
    const Entry* entry = chosen();
    if (!entry) return;
    m_refreshing = true;
    m_choice->setCurrentIndex(m_choice->findData(QString::fromStdString(entry->id)));
    m_help->setText(coreText(entry->help));
    if (m_shown != entry->id) rebuild(*entry);
    const QJsonObject options = values();
    for (const auto& refresher : m_refreshers) refresher(options);
    m_refreshing = false;
}

}  // namespace lorashear::ui
