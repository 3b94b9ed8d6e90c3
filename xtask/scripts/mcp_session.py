"""Drives `dt mcp` with the official Python client of the Model Context Protocol, a line a step.

    python3 xtask/scripts/mcp_session.py DEVICE HOSTNAME dt --profile site mcp

DEVICE is a device whose host name begins with HOSTNAME and goes on with what reads like an instruction.
"""

import asyncio
import os
import re
import sys

from mcp import ClientSession, MCPError, StdioServerParameters, stdio_client

TOOLS = ["report", "fleet", "compare", "timeline", "external", "diff", "doctor"]


def fenced(result):
    """The data of an answer, and what stands around it."""
    (content,) = result.content
    found = re.fullmatch(r"(.*)\n\[data ([0-9a-f]{32})\]\n(.*)\n\[end \2\](.*)", content.text, re.DOTALL)
    assert found, content.text
    before, marker, data, after = found.groups()
    assert marker not in data, data
    assert "data" in before and "instruction" in before, before
    return data, before + after


async def session(device, hostname, command):
    server = StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))
    async with stdio_client(server) as (read, write), ClientSession(read, write) as client:
        told = await client.initialize()
        assert told.server_info.name == "dt", told
        print("initialize", told.protocol_version)

        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == TOOLS, tools
        assert all(tool.annotations.read_only_hint for tool in tools), tools
        print("tools/list", len(tools))

        report = await client.call_tool("report", {"device": device})
        assert not report.is_error, report
        data, around = fenced(report)
        assert hostname in data and hostname not in around, report
        assert "PRIORITY" in data, data
        print("report", len(data) > 500)

        refused = await client.call_tool("report", {"device": "--url=https://elsewhere.example"})
        assert refused.is_error, refused
        assert "begins as an option" in fenced(refused)[0], refused
        print("an option is no device")

        try:
            await client.call_tool("get", {"path": "/deviceinfo"})
        except MCPError as error:
            assert "there is no tool" in str(error), error
            print("an unknown tool")


if __name__ == "__main__":
    asyncio.run(session(sys.argv[1], sys.argv[2], sys.argv[3:]))
