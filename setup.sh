#!/bin/sh
# Set up everything that make demo, serve, test, check and bench need, and nothing else.
# A machine needs Python 3.11 to 3.13. As root on Debian, missing system packages are installed;
# elsewhere one line says what will be left out. Quick when there is nothing to do.
set -eu
cd "$(dirname "$0")"

python=""
for name in python3.13 python3.12 python3.11 python3 python; do
  if command -v "$name" >/dev/null 2>&1 &&
    "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
  then
    python=$(command -v "$name")
    break
  fi
done
if [ -z "$python" ]; then
  echo "需要 Python 3.11 至 3.13,请先安装。" >&2
  exit 1
fi

debian_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

install_debian() {
  if [ ! -f .tools/apt-updated ]; then
    apt-get update -qq >/dev/null
    mkdir -p .tools && touch .tools/apt-updated
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need() { # command, what is left out without it, Debian packages...
  command=$1 without=$2
  shift 2
  for each in $command; do
    if command -v "$each" >/dev/null 2>&1; then return 0; fi
  done
  if debian_root; then
    echo "正在安装:$*" >&2
    install_debian "$@" || echo "没有装上 $*:$without" >&2
  else
    echo "没有找到 $command:$without" >&2
  fi
}

need_font() { # what fc-list is asked, what is left out without it, Debian packages...
  asked=$1 without=$2
  shift 2
  if command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list "$asked" 2>/dev/null | head -n 1)" ]
  then
    return 0
  fi
  case "$(uname)" in Darwin) return 0 ;; esac
  if debian_root; then
    echo "正在安装中文字体" >&2
    install_debian "$@" || echo "没有装上中文字体:$without" >&2
  else
    echo "没有找到中文字体:$without" >&2
  fi
}

need_office() { # LibreOffice may be there without its part for texts (sw) or slides (sd)
  for part in sc sw sd; do
    office=$(readlink -f "$(command -v soffice || echo /soffice)")
    [ -e "$(dirname "$office")/lib${part}lo.so" ] && continue
    need LibreOffice "跳过用LibreOffice核对的测试。" \
      libreoffice-calc-nogui libreoffice-writer-nogui libreoffice-impress-nogui
    return 0
  done
}

mkdir -p .tools
if [ ! -x .tools/venv/bin/uv ]; then
  if ! "$python" -m venv .tools/venv 2>/dev/null; then
    rm -rf .tools/venv
    if debian_root; then install_debian python3-venv; fi
    "$python" -m venv .tools/venv
  fi
  .tools/venv/bin/python -m pip install -qq --disable-pip-version-check "uv>=0.9,<1"
fi
UV_PYTHON_DOWNLOADS=never .tools/venv/bin/uv sync --frozen --quiet --python "$python"

# The browser draws the pictures; LibreOffice is for tests only.
need "chromium chromium-browser google-chrome" "不生成图片,其余照常。" chromium
need_font :lang=zh-cn "导出的图片里汉字会显示为方框。" fontconfig fonts-noto-cjk fonts-liberation
need_font "WenQuanYi Zen Hei" "PDF图片里的汉字搜不到。" fonts-wqy-zenhei
if [ "${1:-}" = test ]; then
  need "pdftotext" "跳过核对PDF文字的测试。" poppler-utils
  need "cc gcc" "跳过磁盘写坏的测试。" gcc libc6-dev
  need_office
fi

cat >.env <<END
DAGSTER_HOME=$PWD
SANJI_DAGSTER=\${SANJI_HOME:-$PWD/data}/dagster
END
mkdir -p data/dagster
