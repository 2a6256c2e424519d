#include "ui/pages/next_cut_row.h"

#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {
constexpr int kCutRestMilliseconds = 120;  ///< a slider that moves asks for no next step
}  // namespace

NextCutRow::NextCutRow(Studio& studio, QWidget* parent)
    : QWidget(parent),
      m_studio(studio),
      m_button(makeButton(QStringLiteral("nextCut"), tr("Cheapest next cut"),
                          tr("Takes one step more: of all units the one whose parameters add least to the loss (Ctrl+D)"),
                          this)),
      m_words(makeMuted({}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_button, 0, Qt::AlignLeft);
    m_button->setProperty("compact", true);
    m_words->setObjectName(QStringLiteral("nextCutWords"));
    m_words->setAccessibleName(tr("What the cheapest next cut takes and costs"));
    m_rest.setSingleShot(true);
    m_rest.setInterval(kCutRestMilliseconds);
    connect(&m_rest, &QTimer::timeout, this, &NextCutRow::refresh);
    connect(&m_studio.session(), &Session::planChanged, &m_rest, qOverload<>(&QTimer::start));
    connect(&m_studio.whatIf(), &WhatIf::changed, &m_rest, qOverload<>(&QTimer::start));
    connect(m_button, &QPushButton::clicked, this, &NextCutRow::take);
    m_button->setEnabled(false);
}

void NextCutRow::take() {
    if (m_rest.isActive()) refresh();  // of the plan as it is now
    if (!m_cut.possible) return;
    const double ratio = m_cut.ratio;
    m_studio.session().edit(tr("cheapest next cut: %1").arg(m_cut.takes),
                            [&](Recipe& recipe) { recipe.plan.ratio = ratio; });
}

void NextCutRow::refresh() {
    m_rest.stop();
    m_cut = cheapestNextCut(m_studio.session(), m_studio.whatIf());
    m_button->setEnabled(m_cut.possible);
    m_studio.whatIf().setAlso(WhatIf::Also::NextCut, {m_cut.now.groups, m_cut.next.groups});
    if (!m_cut.possible) return m_words->setText(m_cut.why);
    const QString many = formatInteger(qint64(m_cut.price.parameters));
    m_words->setText(m_cut.price.known == PlanPrice::Known::Nothing
                         ? tr("%1: %2 parameters. An analysis tells what that costs.").arg(m_cut.takes, many)
                         : tr("%1: %2 parameters, %3 (perplexity %4).")
                               .arg(m_cut.takes, many, natsWords(m_cut.price), perplexityChange(m_cut.price)));
}

}  // namespace lorashear::ui
